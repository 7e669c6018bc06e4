export * from './host-contract.js'
export * from './transport-contract.js'
