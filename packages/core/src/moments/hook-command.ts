/**
 * The command line that hosts run. Never change this text: the trust that a user gives in some hosts covers it, and an
 * installer recognises its own entries by it.
 *
 * `NODE_EXTRA_CA_CERTS=` because Node reads that whole file at start and a hook needs no network. One pair of quotes around
 * everything, no `//`, no comment, no `;` and no pipe at the outside: a host may attach the payload as a here-document to the
 * text, and another removes `//…` even inside strings.
 */
export function hookCommand(host: string, event: string, refusesByExit?: number): string {
  const call = `command -v rally-hook >/dev/null 2>&1 && NODE_EXTRA_CA_CERTS= rally-hook ${host} ${event}`
  // Any other code is a fault of ours, and nothing that a host should refuse for.
  if (refusesByExit !== undefined) return `sh -c '${call} || [ $? -ne ${refusesByExit} ] || exit ${refusesByExit}'`
  return `sh -c '${call} || exit 0'`
}
