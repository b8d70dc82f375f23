// {"mul": [{"point": [x, y] (absent: B8), "scalar": k}, ...], "add": [[[x, y], [x, y]], ...], "check": [[x, y], ...]}
//   -> {"mul": [[x, y], ...], "add": [[x, y], ...], "check": [{"onCurve", "inSubgroup"}, ...]}, by circomlibjs.
import { buildBabyjub } from "circomlibjs"
import { serve } from "./lib/io.js"

export async function babyjub({ mul = [], add = [], check = [] }) {
    const curve = await buildBabyjub()
    const F = curve.F
    const point = ([x, y]) => [F.e(x), F.e(y)]
    const plain = ([x, y]) => [F.toObject(x), F.toObject(y)]
    return {
        mul: mul.map((m) => plain(curve.mulPointEscalar(m.point ? point(m.point) : curve.Base8, BigInt(m.scalar)))),
        add: add.map(([p, q]) => plain(curve.addPoint(point(p), point(q)))),
        check: check.map((p) => ({ onCurve: curve.inCurve(point(p)), inSubgroup: curve.inSubgroup(point(p)) })),
    }
}

await serve(import.meta.url, babyjub)
