/** A file that the build puts into the bundle as text. */
declare module '*.txt' {
  const text: string
  export default text
}
