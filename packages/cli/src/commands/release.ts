import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { RallyError } from '@rally/core/errors'
import type { ReleaseOutput } from '@rally/core/model/outputs/release'
import { listClaims } from '@rally/core/usecases/claim/list-claims'
import { releaseFiles } from '@rally/core/usecases/claim/release-files'
import type { SessionContext } from '@rally/core/usecases/context'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'
import { toRow } from '../views/claim/claim.js'
import { few } from '../views/text/lines.js'

export default class Release extends RallyCommand {
  static override summary = 'Give claimed files back.'
  static override description =
    'Names a claim by its id or by one of its patterns. Without a name the only claim of this session is meant.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --all',
    '<%= config.bin %> <%= command.id %> "src/cart/**"',
    '<%= config.bin %> <%= command.id %> c3',
  ]
  static override args = {
    what: Args.string({ ignoreStdin: true, description: 'Id of a claim, or one of its patterns.' }),
  }
  static override flags = {
    ...sessionFlags,
    all: Flags.boolean({ summary: 'Everything that this session holds.' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags, args } = await this.parse(Release)
    if (flags.all === true && args.what !== undefined) {
      throw new RallyError('USAGE', { message: '--all and a name exclude each other' })
    }
    const ctx = await this.rally.session(flags)
    const what = flags.all === true ? undefined : (args.what ?? (await onlyClaim(ctx)))
    const { released, names, revision } = await releaseFiles(ctx, { what })
    const json: ReleaseOutput = {
      action: 'release',
      app_slug: ctx.channel.app,
      released: released.map((claim) => toRow(claim, names.get(claim.session_id) ?? claim.session_id)),
      revision,
    }
    const files = released.flatMap(({ patterns }) => patterns)
    return { json, text: () => (files.length === 0 ? 'this session claims nothing' : `released ${few(files, 8)}`) }
  }
}

async function onlyClaim(ctx: SessionContext): Promise<string> {
  const own = (await listClaims(ctx)).filter(({ claim }) => claim.session_id === ctx.session.sessionId)
  const [only] = own
  if (only === undefined) {
    throw new RallyError('NOT_FOUND', {
      what: 'claim of',
      value: ctx.session.sessionId,
      hint: 'rally claims lists all',
    })
  }
  if (own.length === 1) return only.claim.id
  const ids = own.map(({ claim }) => `${claim.id} (${few(claim.patterns, 2)})`).join(', ')
  throw new RallyError('USAGE', {
    message: `this session has several claims: ${ids}`,
    hint: 'name one, or release --all',
  })
}
