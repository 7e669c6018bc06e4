export interface ArgumentSchema {
  readonly type: 'string' | 'boolean' | 'integer' | 'array'
  readonly description?: string
  readonly enum?: readonly string[]
  readonly items?: { readonly type: 'string' }
}

/** A tool as `tools/list` declares it. */
export interface ToolDeclaration {
  readonly name: string
  readonly description: string
  readonly inputSchema: {
    readonly type: 'object'
    readonly properties: Readonly<Record<string, ArgumentSchema>>
    readonly required?: string[]
  }
  readonly annotations?: { readonly readOnlyHint: true }
}
