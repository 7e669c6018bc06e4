import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export interface Certificates {
  readonly ca: string
  /** A server for localhost and 127.0.0.1, valid today. */
  readonly server: { cert: string; key: string }
  /** The same, long expired. */
  readonly expired: { cert: string; key: string }
}

/** An authority and certificates in `dir`, made with openssl as an administrator would. */
export function makeCertificates(dir: string): Certificates {
  mkdirSync(dir, { recursive: true })
  const file = (name: string) => path.join(dir, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' })
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  writeFileSync(file('index.txt'), '')
  writeFileSync(file('serial'), '1000')
  writeFileSync(
    file('ca.conf'),
    [
      '[ca]\ndefault_ca = d',
      `[d]\ndir = ${dir}\ndatabase = ${file('index.txt')}\nserial = ${file('serial')}\nnew_certs_dir = ${dir}`,
      `certificate = ${file('ca.pem')}\nprivate_key = ${file('ca.key')}\ndefault_md = sha256\npolicy = p`,
      'unique_subject = no\nx509_extensions = e',
      '[p]\ncommonName = supplied',
      '[e]\nsubjectAltName = DNS:localhost, IP:127.0.0.1',
    ].join('\n'),
  )
  openssl(
    'req',
    '-x509',
    ...ec,
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.pem'),
    '-days',
    '2',
    '-subj',
    '/CN=test-ca',
  )
  const issue = (name: string, from: string, to: string) => {
    const key = file(`${name}.key`)
    const cert = file(`${name}.pem`)
    openssl('req', ...ec, '-keyout', key, '-out', file(`${name}.csr`), '-subj', '/CN=localhost')
    openssl(
      'ca',
      '-batch',
      '-notext',
      '-config',
      file('ca.conf'),
      '-startdate',
      from,
      '-enddate',
      to,
      '-in',
      file(`${name}.csr`),
      '-out',
      cert,
    )
    return { cert, key }
  }
  return {
    ca: file('ca.pem'),
    server: issue('server', '20200101000000Z', '20491231000000Z'),
    expired: issue('expired', '20200101000000Z', '20200102000000Z'),
  }
}
