export * from './transport-contract.js'
