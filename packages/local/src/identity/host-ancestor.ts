import type { Ancestor } from './processes.js'

/** Programs that stand between a host and the command it runs. */
const SHELLS = new Set(
  (
    'sh ash bash busybox csh dash elvish fish ksh ksh93 mksh nu oksh pwsh rbash tcsh xonsh yash zsh ' +
    'env flock ionice nice nohup script setsid stdbuf strace sudo time timeout watch xargs ' +
    // The shell script that hosts start, under the names that it is installed with.
    'rally-hook rally-hook.cjs'
  ).split(' '),
)

/** Programs that serve everybody: a session is never told by them. */
const SERVICES = new Set(
  (
    'catatonit conmon containerd-shim cron crond docker-init dockerd dumb-init init launchd login mosh-server ' +
    'runsvdir s6-svscan screen sshd su supervisord systemd tini tmux xinetd zellij'
  ).split(' '),
)

/**
 * The host program among a process' ancestors, nearest first: the nearest one that is no shell. Undefined where ancestors cannot
 * be read, or where that ancestor is a service of the system (the host is gone, or there was none).
 */
export function chooseHostAncestor(ancestors: readonly Ancestor[]): Ancestor | undefined {
  const nearest = ancestors.find(({ name }) => !SHELLS.has(plain(name)))
  return nearest && !SERVICES.has(plain(nearest.name)) ? nearest : undefined
}

/** A login shell calls itself `-bash`; tmux and sshd add what they do: `tmux: server`, `sshd: dev`. */
function plain(name: string): string {
  return name.replace(/^-/, '').replace(/:.*$/, '')
}
