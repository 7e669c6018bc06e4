/** Who writes records: this program, not a session and not a run. Stored as `bl_producer`. */
export interface ProducerMetadata {
  readonly producer_name: string
  readonly producer_version: string
  readonly producer_commit_sha: string | null
  readonly producer_runtime_path: string
  readonly producer_runtime_surface: string
  readonly producer_protocol_version: string
}
