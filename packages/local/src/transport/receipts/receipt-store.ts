import fs from 'node:fs'
import { isSafeId, requireSafeId } from '@rally/core/ids'
import type { ReceiptStore } from '@rally/core/ports/transport'
import { parseJson } from '@rally/core/readers'
import { parseReceipts } from '@rally/core/rules/inbox/parse-receipts'
import { readNames } from '../files/read-names.js'
import { readText } from '../files/read-text.js'
import { writeAtomically } from '../files/write-atomically.js'
import type { Room } from '../room.js'

const RECEIPTS_FOLDER = 'receipts'
const SUFFIX = '.json'

/** `receipts/<machine>.json` of a channel, written by this machine's relay. */
export function createReceiptStore(room: Room): ReceiptStore {
  return {
    async put(report) {
      const file = fileOf(requireSafeId(report.machine, 'machine'))
      await room.write('report', () =>
        writeAtomically(room.root, file, { text: `${JSON.stringify(report)}\n`, synced: false }),
      )
    },
    list: () =>
      room.read(() =>
        readNames(`${room.root}/${RECEIPTS_FOLDER}`)
          .filter((name) => name.endsWith(SUFFIX) && isSafeId(name.slice(0, -SUFFIX.length)))
          .sort()
          .flatMap((name) => {
            const report = parseReceipts(parseJson(readText(room.root, `${RECEIPTS_FOLDER}/${name}`)?.text ?? ''))
            return report?.machine === name.slice(0, -SUFFIX.length) ? [report] : []
          }),
      ),
    async remove(machine) {
      const path = `${room.root}/${fileOf(requireSafeId(machine, 'machine'))}`
      if (!(await room.read(() => fs.existsSync(path)))) return false
      return room.write('removal', () => {
        fs.rmSync(path, { force: true })
        return true
      })
    },
  }
}

function fileOf(machine: string): string {
  return `${RECEIPTS_FOLDER}/${machine}${SUFFIX}`
}
