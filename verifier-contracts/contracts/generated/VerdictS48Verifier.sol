// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by `tabella verifier export`. Do not edit: export again instead.
pragma solidity 0.8.30;

/// @title VerdictS48Verifier
/// @notice Checks Groth16 proofs of the circuit `verdict-s48`, version 1, over BN254.
/// The key is a DEVELOPMENT key: anyone can forge proofs. It works on local chains only.
/// @dev A call that returns means a valid proof; everything else reverts, and a call that runs out of gas reverts without
/// a reason. Words of a proof: A.x, A.y, B.x_im, B.x_re, B.y_im, B.y_re, C.x, C.y.
contract VerdictS48Verifier {
    /// @notice This key must not guard anything of value.
    error DevelopmentKeyOnPublicChain(uint256 chainId);

    /// @notice The call is longer than its arguments.
    error WrongCalldataLength(uint256 expected, uint256 actual);

    /// @notice An input is not below r; `index` is its position in the argument, in a batch counted through all proofs.
    error InputNotInField(uint256 index, uint256 value);

    /// @notice A word of the proof is not below q; in a batch `index` counts through all proofs.
    error CoordinateNotInField(uint256 index, uint256 value);

    /// @notice A, B or C is the point at infinity; `index` is that of its first word.
    error PointAtInfinity(uint256 index);

    /// @notice A batch holds at least one proof, and as many lists of inputs as proofs.
    error UnequalBatch(uint256 proofs, uint256 inputs);

    /// @notice A point is not on its curve or not in its subgroup.
    error InvalidPoint();

    /// @notice The proof is not valid for these inputs.
    error ProofInvalid();

    /// @notice Name of the circuit.
    string public constant CIRCUIT = "verdict-s48";

    /// @notice Version of the circuit's statement.
    uint256 public constant VERSION = 1;

    /// @notice SHA-256 of the verifying key.
    bytes32 public constant KEY_DIGEST = 0x4765115053fe1535dbbfc672e9a50f8cb2b9cd0d8f06c8ecfc505b2ba64ce85b;

    /// @notice Whether this is a development key.
    bool public constant DEVELOPMENT = true;

    /// @dev Order of the base field: coordinates are below it.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    /// @dev Order of the groups and of the scalar field: inputs are below it.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

    // The verifying key. alpha, gamma and delta are negated once for all: a proof is valid when
    // e(A, B)·e(-alpha, beta)·e(sum, -gamma)·e(C, -delta) = 1, with sum = IC_0 + input_0·IC_1 + input_1·IC_2 + ...
    uint256 private constant ALPHA_NEG_X = 0x1ab4e611878a32a8c058b6abc9cc25103939be022957010d13e574ac51e3d482;
    uint256 private constant ALPHA_NEG_Y = 0x0b2d89dbf75612a6659b45b017bb76383ff203f05059ea7c336da6c3486fe3bd;
    uint256 private constant BETA_X_IM = 0x04341cd0e35c4f159faca385cd5ec834938dd6a987d78e259a2eaa71e8aaed0b;
    uint256 private constant BETA_X_RE = 0x114d2b696c96937e60be2aaf7c51a196304a74c5deaaa1f5cec86e31d8d65764;
    uint256 private constant BETA_Y_IM = 0x09e1f9a0ec4843a3a4f200e64fd43c363485ba95769f8298b627ecdc8c30bca2;
    uint256 private constant BETA_Y_RE = 0x110de0cd9184d299c10f37ae6973bc2258db722a82f9c18f3914f6c7531b2c7d;
    uint256 private constant GAMMA_NEG_X_IM = 0x027239fdc0b37af58d05accc70e27610bbead5f7e6d8f6263151260a5b87c22a;
    uint256 private constant GAMMA_NEG_X_RE = 0x0be8d15b3d31c49208d951128bcab9d2b9eefc685933d58eb6f57c5003731fd9;
    uint256 private constant GAMMA_NEG_Y_IM = 0x2b77e31955d553028b42afb59d5da00682d5cb4a720b3b78b95e4773e25d5005;
    uint256 private constant GAMMA_NEG_Y_RE = 0x2cc4205f9be92d3ec915ee3a9c9beccd9d7cde93738239fe41e2425d6e24bdbf;
    uint256 private constant DELTA_NEG_X_IM = 0x1dbb8bce0d3ef540b321d2d90f51637b79a954b17afb838b6de893173173cd2d;
    uint256 private constant DELTA_NEG_X_RE = 0x1fe2ac4b5c51db0c23e480bf166934f5430f37f7b1270edf1848d6c8d0172523;
    uint256 private constant DELTA_NEG_Y_IM = 0x24814d1d77b5ab8062fbd51d183a9881b504612283e1599161ac9163887af7f9;
    uint256 private constant DELTA_NEG_Y_RE = 0x0d7af4d37b2bff9cbc2b01c9e9bd6fef7d30f57a7a973a1c2a0daef91ff73a13;
    uint256 private constant IC_0_X = 0x2baadabf7df2818b57344789ee0050f9409fbd3f5cb044447fec852b5971a5a2;
    uint256 private constant IC_0_Y = 0x2a434cf131236e599669eb9a022458322fa958f1f29110e1da5e03b2eea20c4d;
    uint256 private constant IC_1_X = 0x1eb92617873923fc969eff5671500134ebd7a42cd617c31a52ce773494d9a3b1;
    uint256 private constant IC_1_Y = 0x1ff52049a8c91f6388ad03aade922bf7a9bd33f2f046a1d306aa31e4eb69ff6e;
    uint256 private constant IC_2_X = 0x184484ac764c2eeeccf3969f4283793f82c712b43361ee9cf88292c3d017ef5a;
    uint256 private constant IC_2_Y = 0x2efd468126cab8db731e3c185ae2de701c5df67c9d252ce1af114bf85dd3d83e;
    uint256 private constant IC_3_X = 0x2a71eb606e2bf1452dbf814bfe6a145ad20d349a6c949518352f0166b5cbeb1a;
    uint256 private constant IC_3_Y = 0x2c90fdb68f0c4d6066c8df408151817dc681eec7473ecc6b8335487c74ba6122;
    uint256 private constant IC_4_X = 0x0f3aafa4d9523e2615ec302ba8578062ac02385a92ffc1d59f8f270ee5cb83dc;
    uint256 private constant IC_4_Y = 0x2a96ee1ef8d27555e151171e0b4c1a1260583be32333e7b260944cdbe32e8610;
    uint256 private constant IC_5_X = 0x219b25e214055b84819c7eb37ecf2a1ef8f272b7cee2ba6bc77f9b2ec5b5cc12;
    uint256 private constant IC_5_Y = 0x201b0b26d207b1eb7165107e9447294d24c3045f34d7264414ac027de8e00cbb;
    uint256 private constant IC_6_X = 0x14ef8c458256a2257946651a228a584dc2aada494a931b0fae5dbaa70292d4d3;
    uint256 private constant IC_6_Y = 0x2e271d7ce457476338fdd16691fdf85238ffc7a8b8777746a147b6edbbb7a693;
    uint256 private constant IC_7_X = 0x187927b0f3905781da18b90b4ad5eeddb870938ab043a0a00ab630e43e0e4071;
    uint256 private constant IC_7_Y = 0x2be7a8f7760188bfcc065e39bda570fd843a5300868025ac82fcdcaee80f6d7e;
    uint256 private constant IC_8_X = 0x0aa5f66f8b91b8c62a97fb3e2d20ef6133df896aa0c8671ec5d639eb33fc4c5e;
    uint256 private constant IC_8_Y = 0x19e7cf11f3a9fdc7700d0fafec3c1e0bce04361a0d672f792fca545bfacecdf6;
    uint256 private constant IC_9_X = 0x26e40502913974827fb545c7fd964035766a7fc6d5f0ceb67d3017bee1448c87;
    uint256 private constant IC_9_Y = 0x0eee270394211ad352a395581fd2c113b0f19cd4b8b1032ca91459484b6ad675;
    uint256 private constant IC_10_X = 0x280865bada8781fe89dbdf99c241a1b72c2f6d159b1e7c18f7e3d78dedeeb5cc;
    uint256 private constant IC_10_Y = 0x084b73eacf270a2b93658323fc9db0e6f1afeed4bffe8e4be36c147fddd1ffb0;
    uint256 private constant IC_11_X = 0x2919dfb4ebc0c60a7b4a4e07af0e50f4bdb2d5295b3454ab455b891b48cde4eb;
    uint256 private constant IC_11_Y = 0x1896eebcaeb6ffb64a25aec58e7fb7617b56e284a95b9b079c9a82c562c9d94c;
    uint256 private constant IC_12_X = 0x011be097aaa5d33350d3db29a5e76a7d80258bc772e180487783f413727381e6;
    uint256 private constant IC_12_Y = 0x1e4abcd53f56b63ce7615f1491252dd7bd207cc26322420161951f16865d8f1d;
    uint256 private constant IC_13_X = 0x0d7868eee486d1a6ad12489d628fbfa427b0459326b16f8fd9c1530476977ae5;
    uint256 private constant IC_13_Y = 0x24641e00187e5128d13b163aab1254d195cd5886f6f43da669fe5be9a7acd705;
    uint256 private constant IC_14_X = 0x2f13982268ba46bebfdfd43051cbc64e71181cdae761ad87d54aaa5df67f1d47;
    uint256 private constant IC_14_Y = 0x25dbd351ab6fc75dfa390585caeca3dd486ecc9c1d5fecf0e2ed351c61cef882;

    // What a call of a precompile must be given for its failure to be an answer: today's prices, of which a call can pass
    // on 63/64 after its own 100. A pairing costs 45,000 and 34,000 a pair, a product 6,000, a sum 150.
    uint256 private constant PAIRING_GAS = 46_000;
    uint256 private constant PAIR_GAS = 34_540;
    uint256 private constant PRODUCT_GAS = 6_800;

    constructor() {
        if (block.chainid != 31337 && block.chainid != 1337) revert DevelopmentKeyOnPublicChain(block.chainid);
    }

    /// @notice Reverts unless the proof is valid for all 14 public inputs.
    /// @param proof the eight words of the proof
    /// @param inputs schema, header, line_0, line_1, line_2, line_3, line_4, line_5, line_6, line_7, z, h, gamma, e
    function verifyProof(uint256[8] calldata proof, uint256[14] calldata inputs) external view {
        _checkLength(708);
        for (uint256 i = 0; i < 14; ++i) {
            if (inputs[i] >= R) revert InputNotInField(i, inputs[i]);
        }
        _checkProof(proof, 0);
        uint256[5] memory work = [IC_0_X, IC_0_Y, 0, 0, 0];
        _addProduct(work, IC_1_X, IC_1_Y, inputs[0]);
        _addProduct(work, IC_2_X, IC_2_Y, inputs[1]);
        _addProduct(work, IC_3_X, IC_3_Y, inputs[2]);
        _addProduct(work, IC_4_X, IC_4_Y, inputs[3]);
        _addProduct(work, IC_5_X, IC_5_Y, inputs[4]);
        _addProduct(work, IC_6_X, IC_6_Y, inputs[5]);
        _addProduct(work, IC_7_X, IC_7_Y, inputs[6]);
        _addProduct(work, IC_8_X, IC_8_Y, inputs[7]);
        _addProduct(work, IC_9_X, IC_9_Y, inputs[8]);
        _addProduct(work, IC_10_X, IC_10_Y, inputs[9]);
        _addProduct(work, IC_11_X, IC_11_Y, inputs[10]);
        _addProduct(work, IC_12_X, IC_12_Y, inputs[11]);
        _addProduct(work, IC_13_X, IC_13_Y, inputs[12]);
        _addProduct(work, IC_14_X, IC_14_Y, inputs[13]);
        _checkProofPairing(proof, work);
    }

    /// @notice Adds up what the constants of an election contribute to the inputs' sum, IC_0 included.
    /// @param constants schema, header, line_0, line_1, line_2, line_3, line_4, line_5, line_6, line_7, z
    /// @return point the sum, a point of G1 as (x, y)
    function foldConstants(uint256[] calldata constants) external view returns (uint256[2] memory point) {
        if (constants.length != 11) revert WrongCalldataLength(420, msg.data.length);
        _checkLength(420);
        for (uint256 i = 0; i < 11; ++i) {
            if (constants[i] >= R) revert InputNotInField(i, constants[i]);
        }
        uint256[5] memory work = [IC_0_X, IC_0_Y, 0, 0, 0];
        _addProduct(work, IC_1_X, IC_1_Y, constants[0]);
        _addProduct(work, IC_2_X, IC_2_Y, constants[1]);
        _addProduct(work, IC_3_X, IC_3_Y, constants[2]);
        _addProduct(work, IC_4_X, IC_4_Y, constants[3]);
        _addProduct(work, IC_5_X, IC_5_Y, constants[4]);
        _addProduct(work, IC_6_X, IC_6_Y, constants[5]);
        _addProduct(work, IC_7_X, IC_7_Y, constants[6]);
        _addProduct(work, IC_8_X, IC_8_Y, constants[7]);
        _addProduct(work, IC_9_X, IC_9_Y, constants[8]);
        _addProduct(work, IC_10_X, IC_10_Y, constants[9]);
        _addProduct(work, IC_11_X, IC_11_Y, constants[10]);
        return [work[0], work[1]];
    }

    /// @notice Reverts unless the proof is valid for the folded constants and the 3 inputs that follow them.
    /// @param point what `foldConstants` gave; never (0, 0)
    /// @param proof the eight words of the proof
    /// @param inputs h, gamma, e
    function verifyFolded(uint256[2] calldata point, uint256[8] calldata proof, uint256[3] calldata inputs)
        external
        view
    {
        _checkLength(420);
        _checkInputs(inputs, 0);
        _checkProof(proof, 0);
        // What an empty storage slot would give; the precompiles would take it for the neutral element.
        if (point[0] | point[1] == 0) revert InvalidPoint();
        uint256[5] memory work = [point[0], point[1], 0, 0, 0];
        _addProduct(work, IC_12_X, IC_12_Y, inputs[0]);
        _addProduct(work, IC_13_X, IC_13_Y, inputs[1]);
        _addProduct(work, IC_14_X, IC_14_Y, inputs[2]);
        _checkProofPairing(proof, work);
    }

    /// @notice Reverts unless every proof is valid for the folded constants and the 3 inputs that follow them, all
    /// at once: e(r_i·A_i, B_i) multiplied over all i, times e(-(sum r_i)·alpha, beta)·e(sum r_i·inputs_i, -gamma)
    /// ·e(sum r_i·C_i, -delta), is 1. The r_i are drawn when everything they multiply is fixed, so that errors cancel with
    /// a chance of at most 2^-128.
    /// @param point what `foldConstants` gave; never (0, 0)
    /// @param proofs the eight words of each proof, at least one proof
    /// @param inputs for each proof h, gamma, e
    function verifyFoldedBatch(uint256[2] calldata point, uint256[8][] calldata proofs, uint256[3][] calldata inputs)
        external
        view
    {
        uint256 n = proofs.length;
        if (n == 0 || inputs.length != n) revert UnequalBatch(n, inputs.length);
        _checkLength(196 + 352 * n);
        if (!_wellFormed(proofs, inputs)) {
            for (uint256 i = 0; i < n; ++i) {
                _checkInputs(inputs[i], 3 * i);
                _checkProof(proofs[i], 8 * i);
            }
        }
        if (point[0] | point[1] == 0) revert InvalidPoint();
        (uint256 data, uint256 seed) = _seed(point, proofs, inputs);
        uint256[5] memory c;
        uint256[4] memory scalars;
        _combine(data, seed, proofs, inputs, c, scalars);

        uint256[5] memory alpha;
        _addProduct(alpha, ALPHA_NEG_X, ALPHA_NEG_Y, scalars[3]);
        uint256[5] memory work;
        _addProduct(work, point[0], point[1], scalars[3]);
        _addProduct(work, IC_12_X, IC_12_Y, scalars[0]);
        _addProduct(work, IC_13_X, IC_13_Y, scalars[1]);
        _addProduct(work, IC_14_X, IC_14_Y, scalars[2]);
        assembly ("memory-safe") {
            let key := add(data, mul(0xc0, n))
            mcopy(key, alpha, 0x40)
            mcopy(add(key, 0x180), c, 0x40)
        }
        _checkPairing(data, n, work);
    }

    /// @dev What `_checkInputs` and `_checkProof` say of all proofs, without saying which is wrong and why: every ballot pays
    /// for this. Both lists have the same length.
    function _wellFormed(uint256[8][] calldata proofs, uint256[3][] calldata inputs) private pure returns (bool good) {
        assembly ("memory-safe") {
            good := 1
            let input := inputs.offset
            let end := add(proofs.offset, mul(proofs.length, 0x100))
            for { let proof := proofs.offset } lt(proof, end) { proof := add(proof, 0x100) } {
                let x := calldataload(proof)
                let y := calldataload(add(proof, 0x20))
                good := and(good, and(and(lt(x, Q), lt(y, Q)), gt(or(x, y), 0)))
                x := calldataload(add(proof, 0xc0))
                y := calldataload(add(proof, 0xe0))
                good := and(good, and(and(lt(x, Q), lt(y, Q)), gt(or(x, y), 0)))
                x := calldataload(add(proof, 0x40))
                y := calldataload(add(proof, 0x60))
                good := and(good, and(lt(x, Q), lt(y, Q)))
                let z := or(x, y)
                x := calldataload(add(proof, 0x80))
                y := calldataload(add(proof, 0xa0))
                good := and(good, and(and(lt(x, Q), lt(y, Q)), gt(or(z, or(x, y)), 0)))
                good := and(good, lt(calldataload(input), R))
                good := and(good, lt(calldataload(add(input, 32)), R))
                good := and(good, lt(calldataload(add(input, 64)), R))
                input := add(input, 96)
            }
        }
    }

    /// @dev Sets memory aside for the pairing and gives what all coefficients are drawn from: the key, the election's
    /// constants, the number of proofs, and every word of them and of their inputs.
    function _seed(uint256[2] calldata point, uint256[8][] calldata proofs, uint256[3][] calldata inputs)
        private
        pure
        returns (uint256 data, uint256 seed)
    {
        assembly ("memory-safe") {
            let n := proofs.length
            data := mload(0x40)
            mstore(data, KEY_DIGEST)
            calldatacopy(add(data, 0x20), point, 0x40)
            mstore(add(data, 0x60), n)
            let at := add(data, 0x80)
            calldatacopy(at, proofs.offset, mul(0x100, n))
            at := add(at, mul(0x100, n))
            calldatacopy(at, inputs.offset, mul(96, n))
            at := add(at, mul(96, n))
            seed := keccak256(data, sub(at, data))
            // The pairing's words take the place of the preimage: 6 for each proof, and 18 of the key.
            mstore(0x40, add(at, 0x240))
        }
    }

    /// @dev Writes the pairs (r_i·A_i, B_i) to `data`, adds up r_i·C_i in `c`, and in `scalars` r_i times each input and, in
    /// the last place, r_i itself. r_0 is 1, the others are 1..2^128.
    function _combine(
        uint256 data,
        uint256 seed,
        uint256[8][] calldata proofs,
        uint256[3][] calldata inputs,
        uint256[5] memory c,
        uint256[4] memory scalars
    ) private view {
        bool valid = true;
        assembly ("memory-safe") {
            let product := add(c, 0x40)
            mstore(0x00, seed)
            for { let i := 0 } lt(i, proofs.length) { i := add(i, 1) } {
                let proof := add(proofs.offset, mul(i, 0x100))
                let pair := add(data, mul(i, 0xc0))
                let r := 1
                calldatacopy(pair, proof, 0xc0)
                switch i
                case 0 { calldatacopy(c, add(proof, 0xc0), 0x40) }
                default {
                    mstore(0x20, i)
                    r := add(1, shr(128, keccak256(0x00, 0x40)))
                    calldatacopy(product, proof, 0x40)
                    mstore(add(product, 0x40), r)
                    let given := gas()
                    let done := staticcall(given, 0x07, product, 0x60, pair, 0x40)
                    calldatacopy(product, add(proof, 0xc0), 0x40)
                    let next := staticcall(gas(), 0x07, product, 0x60, product, 0x40)
                    done := and(done, next)
                    next := staticcall(gas(), 0x06, c, 0x80, c, 0x40)
                    done := and(done, next)
                    if iszero(done) {
                        // Refused, or only short of gas? Where that cannot be told, it is no answer.
                        if lt(given, mul(2, PRODUCT_GAS)) { invalid() }
                        valid := 0
                        break
                    }
                }
                let input := add(inputs.offset, mul(i, 96))
                mstore(scalars, addmod(mload(scalars), mulmod(r, calldataload(input), R), R))
                mstore(add(scalars, 32), addmod(mload(add(scalars, 32)), mulmod(r, calldataload(add(input, 32)), R), R))
                mstore(add(scalars, 64), addmod(mload(add(scalars, 64)), mulmod(r, calldataload(add(input, 64)), R), R))
                // Far below 2^256: there are fewer proofs than bytes of calldata.
                mstore(add(scalars, 96), add(mload(add(scalars, 96)), r))
            }
        }
        if (!valid) revert InvalidPoint();
    }

    /// @dev All inputs below r. `at` is the place of the first one in its argument.
    function _checkInputs(uint256[3] calldata inputs, uint256 at) private pure {
        for (uint256 i = 0; i < 3; ++i) {
            if (inputs[i] >= R) revert InputNotInField(at + i, inputs[i]);
        }
    }

    /// @dev The decoder has refused shorter calls already.
    function _checkLength(uint256 expected) private pure {
        if (msg.data.length != expected) revert WrongCalldataLength(expected, msg.data.length);
    }

    /// @dev The precompiles check the curves and B's subgroup, but take (0, 0) for the neutral element. `at` is the place of
    /// the proof's first word in its argument.
    function _checkProof(uint256[8] calldata proof, uint256 at) private pure {
        if (!_inField(proof)) {
            for (uint256 i = 0; i < 8; ++i) {
                if (proof[i] >= Q) revert CoordinateNotInField(at + i, proof[i]);
            }
        }
        if (proof[0] | proof[1] == 0) revert PointAtInfinity(at);
        if (proof[2] | proof[3] | proof[4] | proof[5] == 0) revert PointAtInfinity(at + 2);
        if (proof[6] | proof[7] == 0) revert PointAtInfinity(at + 6);
    }

    /// @dev Whether all eight words are below q, without a loop: every ballot pays for this.
    function _inField(uint256[8] calldata proof) private pure returns (bool below) {
        assembly ("memory-safe") {
            below := and(lt(calldataload(proof), Q), lt(calldataload(add(proof, 0x20)), Q))
            below := and(below, lt(calldataload(add(proof, 0x40)), Q))
            below := and(below, lt(calldataload(add(proof, 0x60)), Q))
            below := and(below, lt(calldataload(add(proof, 0x80)), Q))
            below := and(below, lt(calldataload(add(proof, 0xa0)), Q))
            below := and(below, lt(calldataload(add(proof, 0xc0)), Q))
            below := and(below, lt(calldataload(add(proof, 0xe0)), Q))
        }
    }

    /// @dev Adds scalar·(x, y) to the sum in the first two words of `work`; the rest is scratch.
    function _addProduct(uint256[5] memory work, uint256 x, uint256 y, uint256 scalar) private view {
        bool added;
        assembly ("memory-safe") {
            let product := add(work, 0x40)
            mstore(product, x)
            mstore(add(product, 0x20), y)
            mstore(add(product, 0x40), scalar)
            let given := gas()
            let done := staticcall(given, 0x07, product, 0x60, product, 0x40)
            added := and(staticcall(gas(), 0x06, work, 0x80, work, 0x40), done)
            // Refused, or only short of gas? Where that cannot be told, it is no answer.
            if and(iszero(added), lt(given, PRODUCT_GAS)) { invalid() }
        }
        if (!added) revert InvalidPoint();
    }

    /// @dev e(A, B)·e(-alpha, beta)·e(sum, -gamma)·e(C, -delta) = 1, with the sum in the first two words of `work`.
    function _checkProofPairing(uint256[8] calldata proof, uint256[5] memory work) private view {
        uint256 data;
        assembly ("memory-safe") {
            data := mload(0x40)
            mstore(0x40, add(data, 0x300))
            calldatacopy(data, proof, 0xc0)
            mstore(add(data, 0x0c0), ALPHA_NEG_X)
            mstore(add(data, 0x0e0), ALPHA_NEG_Y)
            calldatacopy(add(data, 0x240), add(proof, 0xc0), 0x40)
        }
        _checkPairing(data, 1, work);
    }

    /// @dev The product of the `n` pairs at `data` and of the key's three that follow is 1. The caller has written the first
    /// points of the key's first and last pair, those of alpha and C; the sum is in the first two words of `work`.
    function _checkPairing(uint256 data, uint256 n, uint256[5] memory work) private view {
        bool answered;
        bool isOne;
        assembly ("memory-safe") {
            let key := add(data, mul(0xc0, n))
            mstore(add(key, 0x040), BETA_X_IM)
            mstore(add(key, 0x060), BETA_X_RE)
            mstore(add(key, 0x080), BETA_Y_IM)
            mstore(add(key, 0x0a0), BETA_Y_RE)
            mcopy(add(key, 0x0c0), work, 0x40)
            mstore(add(key, 0x100), GAMMA_NEG_X_IM)
            mstore(add(key, 0x120), GAMMA_NEG_X_RE)
            mstore(add(key, 0x140), GAMMA_NEG_Y_IM)
            mstore(add(key, 0x160), GAMMA_NEG_Y_RE)
            mstore(add(key, 0x1c0), DELTA_NEG_X_IM)
            mstore(add(key, 0x1e0), DELTA_NEG_X_RE)
            mstore(add(key, 0x200), DELTA_NEG_Y_IM)
            mstore(add(key, 0x220), DELTA_NEG_Y_RE)
            let given := gas()
            answered := staticcall(given, 0x08, data, add(mul(0xc0, n), 0x240), 0x00, 0x20)
            // Refused, or only short of gas? Where that cannot be told, it is no answer.
            if and(iszero(answered), lt(given, add(PAIRING_GAS, mul(PAIR_GAS, add(n, 3))))) { invalid() }
            // A chain without the precompile answers with nothing.
            isOne := and(eq(returndatasize(), 0x20), eq(mload(0x00), 1))
        }
        if (!answered) revert InvalidPoint();
        if (!isOne) revert ProofInvalid();
    }
}
