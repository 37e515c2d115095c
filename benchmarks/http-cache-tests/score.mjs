// Counts the tests that a shared cache has to pass and does, and names those that it does not: score.mjs TESTS RESULTS
import fs from 'fs'
import { pathToFileURL } from 'url'

const [folder, file] = process.argv.slice(2)
const suites = (await import(pathToFileURL(folder + '/tests/index.mjs'))).default
const results = JSON.parse(fs.readFileSync(file))
const tests = suites.flatMap(suite => suite.tests).filter(test => !test.browser_only && !test.cdn_only)
const required = tests.filter(test => (test.kind ?? 'required') === 'required')
const optimal = tests.filter(test => test.kind === 'optimal')
const passed = some => some.filter(test => results[test.id] === true).length

console.log(`required: ${passed(required)} of ${required.length}, optimal: ${passed(optimal)} of ${optimal.length}`)
for (const test of required) {
  if (results[test.id] !== true) console.log(`not passed: ${test.id}: ${results[test.id]?.[1]}`)
}
