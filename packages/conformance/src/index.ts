export * from './host-contract.js'
export * from './payload-schemas.js'
export * from './relay-contract.js'
export * from './transport-contract.js'
