// One agent of the scene: a process of its own that runs rally as an agent's shell tool would, on request over IPC.
import { spawnSync } from 'node:child_process'

process.on('message', ({ args, input }) => {
  const result = spawnSync(process.execPath, [process.env.SCENE_RALLY, ...args], {
    encoding: 'utf8',
    input: input ?? '',
  })
  process.send({ exit: result.status, stdout: result.stdout, stderr: result.stderr })
})
