// Writes artifacts/NAME.json = {contractName, abi, bytecode, linkReferences} for every contract that is deployed or called, so
// that a Rust build needs neither forge nor npm. With --check nothing is written and a difference is an error.
// SPDX-License-Identifier: MIT OR Apache-2.0
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const project = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const target = join(project, "artifacts");
const out = join("cache", "artifacts-out");
const peersOut = join("cache", "peers-out");

const contracts = [
  "AccessManager",
  "AllowlistElectorate",
  "AuditRegistry",
  "BallotBox",
  "Committee",
  "DataRegistry",
  "Electorate",
  "MilestoneTreasury",
  "ModelRegistry",
  "PolicyRegistry",
  "PollBox",
  "PoseidonThree",
  "PoseidonTwo",
  "PublishedElectorate",
  "SemaphoreElectorate",
  "TabellaGovernor",
  "TimelockController",
  "TokenElectorate",
];

// What tests deploy on a real chain, with the file that holds it: artifacts/test/NAME.json.
const peers = {
  PoseidonT3: "PoseidonT3.sol",
  Semaphore: "Semaphore.sol",
  SemaphoreVerifier: "SemaphoreVerifier.sol",
  VotesToken: "ChainPeers.sol",
};

// The generated verifiers: each file holds the contract of its name.
function generated() {
  const folder = join(project, "contracts", "generated");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".sol"))
    .map((file) => basename(file, ".sol"));
}

// A build of its own, from nothing, so that no earlier build decides what is written.
function build(sources, out) {
  const path = [join(project, "node_modules", ".bin"), process.env.PATH].join(delimiter);
  rmSync(join(project, out), { recursive: true, force: true });
  // The build's inputs and outputs are kept for slither, which then need not compile.
  const kept = ["--build-info", "--build-info-path", join(out, "build-info")];
  const args = ["build", sources, "--force", "--out", out, "--cache-path", join("cache", "artifacts-cache"), ...kept];
  const run = spawnSync("forge", args, {
    cwd: project,
    env: { ...process.env, PATH: path, FOUNDRY_PROFILE: "default" },
    stdio: ["ignore", 2, 2],
  });
  if (run.error) throw new Error(`forge cannot be started (run npm ci --ignore-scripts): ${run.error.message}`);
  if (run.status !== 0) throw new Error(`forge build failed with code ${run.status}`);
}

// Only what callers need; forge's file also holds things that change with its version.
function artifact(name, folder = out, file = `${name}.sol`) {
  const built = JSON.parse(readFileSync(join(project, folder, file, `${name}.json`), "utf8"));
  const shown = {
    contractName: name,
    abi: built.abi,
    bytecode: built.bytecode.object,
    linkReferences: built.bytecode.linkReferences,
  };
  return `${JSON.stringify(shown, null, 2)}\n`;
}

function write(file, text) {
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, text);
  renameSync(fresh, file);
}

function main(check) {
  build("contracts", out);
  build(join("test", "support", "ChainPeers.sol"), peersOut);
  const wanted = new Map([...contracts, ...generated()].sort().map((name) => [`${name}.json`, artifact(name)]));
  for (const [name, file] of Object.entries(peers)) wanted.set(join("test", `${name}.json`), artifact(name, peersOut, file));
  mkdirSync(join(target, "test"), { recursive: true });
  const present = readdirSync(target, { recursive: true });
  const stale = present.filter((file) => file.endsWith(".json") && !wanted.has(file));
  const differing = [...wanted].filter(([file, text]) => {
    const path = join(target, file);
    return !existsSync(path) || readFileSync(path, "utf8") !== text;
  });
  if (check) {
    for (const file of stale) console.error(`artifacts/${file}: belongs to no contract`);
    for (const [file] of differing) console.error(`artifacts/${file}: differs from what the sources give`);
    if (stale.length + differing.length > 0) throw new Error("run npm run artifacts and commit the result");
  } else {
    for (const file of stale) rmSync(join(target, file));
    for (const [file, text] of differing) write(join(target, file), text);
  }
  console.error(`${wanted.size} artifacts, ${check ? "as committed" : `${differing.length} written`}`);
}

try {
  main(process.argv.slice(2).includes("--check"));
} catch (error) {
  console.error(`artifacts: ${error.message}`);
  process.exit(1);
}
