// One JSON value in on stdin, one JSON value out on stdout: the whole interface between a Rust test and a peer.
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { fileURLToPath } from "node:url"

/** BigInts leave as decimal strings, so that no number is ever rounded. */
export function toJson(value, space) {
    return JSON.stringify(value, (_key, x) => (typeof x === "bigint" ? x.toString() : x), space)
}

/** True when `moduleUrl` is the script that node was started with, not a module that another one imported. */
function isMain(moduleUrl) {
    return process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(moduleUrl)
}

/** Runs `answer` on the request from stdin when the calling module is the main one. */
export async function serve(moduleUrl, answer) {
    if (!isMain(moduleUrl)) return
    try {
        const reply = await answer(JSON.parse(readFileSync(0, "utf8")))
        process.stdout.write(toJson(reply) + "\n", () => process.exit(0)) // snarkjs leaves worker threads behind
    } catch (error) {
        process.stderr.write(`${error.stack ?? error}\n`, () => process.exit(1))
    }
}
