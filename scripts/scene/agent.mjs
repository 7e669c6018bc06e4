// One agent of the scene: a process of its own that stands for its host. On request over IPC it runs rally as an agent's shell
// tool would, or a hook as the host would: the installed line in a shell, the payload on standard input.
import { spawnSync } from 'node:child_process'

process.on('message', ({ args, hook, input }) => {
  const result =
    hook === undefined
      ? spawnSync(process.execPath, [process.env.SCENE_RALLY, ...args], { encoding: 'utf8', input: input ?? '' })
      : // `; exit` keeps the shell between host and hook, as hosts have it.
        spawnSync('/bin/sh', ['-c', `${hook}; exit $?`], { encoding: 'utf8', input })
  process.send({ exit: result.status, stdout: result.stdout, stderr: result.stderr })
})
