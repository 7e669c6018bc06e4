// What a hook does for identity: remembers the session for the host that runs it.
import { registerAncestor, unregisterAncestor } from '../../dist/identity/ancestor-registry.js'
import { chooseHostAncestor } from '../../dist/identity/host-ancestor.js'
import { ancestorsOf } from '../../dist/identity/processes.js'
import { stateDir } from '../../dist/system/user-dirs.js'

const { ended, ...session } = JSON.parse(process.argv[2])
const host = chooseHostAncestor(ancestorsOf(process.pid))
const registration = { stateDir: stateDir(process.env), process: host, now: Date.now() / 1000, cwd: '/w', ...session }
if (ended) unregisterAncestor(registration)
else registerAncestor(registration)
