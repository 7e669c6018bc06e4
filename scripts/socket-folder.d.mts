export function socketFolder(): string
