/**
 * How a host starts rally's server, as most hosts write it. No absolute path, so that a file of a repository can be shared. The
 * tool is named so that the server never speaks for a session of another host, in whose shell this one may have been started.
 */
export function mcpServer(host: string): { command: string; args: string[] } {
  return { command: 'rally', args: ['mcp', '--tool', host] }
}
