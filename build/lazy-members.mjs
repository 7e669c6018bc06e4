/**
 * The source of a module with the same members, each of which loads the real one when it is first used. They stand on the
 * prototype: every importing file gets an object of its own with a copy of what the module itself has.
 */
export function lazyMembers(members, name, instead = {}) {
  const lines = members
    .filter((key) => key !== '__esModule')
    .map((key) => {
      const quoted = JSON.stringify(key)
      return instead[key]
        ? `  ${key}: ${instead[key]},`
        : `  get ${quoted}() { return require(${JSON.stringify(name)})[${quoted}] },`
    })
  return `const members = {\n${lines.join('\n')}\n}
module.exports = Object.create(members, { __esModule: { value: true }, default: { value: members, enumerable: true } })
`
}

/** Fails the build when a name of a list was never met: the list would say something that is no longer true. */
export function expectAllMet(build, { list, met, where }) {
  build.onEnd(() => {
    const unmet = list.filter((name) => !met.has(name))
    if (unmet.length > 0) throw new Error(`${where}: nothing in the bundle imports ${unmet.join(', ')} any more`)
  })
}
