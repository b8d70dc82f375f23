// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by `tabella verifier export`. Do not edit: export again instead.
pragma solidity 0.8.30;

/// @title ShardLinearR205Verifier
/// @notice Checks Groth16 proofs of the circuit `shard-linear-r205`, version 1, over BN254.
/// The key is a DEVELOPMENT key: anyone can forge proofs. It works on local chains only.
/// @dev A call that returns means a valid proof; everything else reverts, and a call that runs out of gas reverts without
/// a reason. Words of a proof: A.x, A.y, B.x_im, B.x_re, B.y_im, B.y_re, C.x, C.y.
contract ShardLinearR205Verifier {
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
    string public constant CIRCUIT = "shard-linear-r205";

    /// @notice Version of the circuit's statement.
    uint256 public constant VERSION = 1;

    /// @notice SHA-256 of the verifying key.
    bytes32 public constant KEY_DIGEST = 0xe5c1c0b36178e726cc53d201223666495e1efa4f616603e4c65865addb85fe7d;

    /// @notice Whether this is a development key.
    bool public constant DEVELOPMENT = true;

    /// @dev Order of the base field: coordinates are below it.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    /// @dev Order of the groups and of the scalar field: inputs are below it.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

    // The verifying key. alpha, gamma and delta are negated once for all: a proof is valid when
    // e(A, B)·e(-alpha, beta)·e(sum, -gamma)·e(C, -delta) = 1, with sum = IC_0 + input_0·IC_1 + input_1·IC_2 + ...
    uint256 private constant ALPHA_NEG_X = 0x0532fcff9da4c4943cb27b76ad493eae15ee627b68f2d7a97219e06adc7dd571;
    uint256 private constant ALPHA_NEG_Y = 0x20c1dff918e3b269e3f1dbf5eb4b1609e716368aa870aea47682a1340498147a;
    uint256 private constant BETA_X_IM = 0x038d9f987956c624b85eb78fab69208fc3b2813cd58a82008ad0f1abb29d8ab5;
    uint256 private constant BETA_X_RE = 0x2dab166b6a73762cf619ca6a97926a8e52076fc21e8a03b973ab618c65477023;
    uint256 private constant BETA_Y_IM = 0x00ad2e859ec9d2b0b1d20a4f39d0afd95e64e76ef4e9faf79820112b8c488b8a;
    uint256 private constant BETA_Y_RE = 0x0d5895387acf9b83c5f79bb3b41568c7830dcedcc1e661b810dcb48a150c0ede;
    uint256 private constant GAMMA_NEG_X_IM = 0x00f40a03eba613d31d75979aa7b6a07b3aa2675c91397779b9726b0308c8db3e;
    uint256 private constant GAMMA_NEG_X_RE = 0x04d60dbed510d5220157be7451bb3fe0271b07f5289c22b133f1e45f6f6571d9;
    uint256 private constant GAMMA_NEG_Y_IM = 0x1475a8405a971158de4171be3bf2f0ee0f012aad9ae935994ff0821ad902f4d3;
    uint256 private constant GAMMA_NEG_Y_RE = 0x1fe722f91a63edbabcc08d3d39a986e85f5bb28f159df266c8ef31f61d8349bf;
    uint256 private constant DELTA_NEG_X_IM = 0x305a5fb15a06c31911fa5513d97da2df4aaabc52ca1b696d2e49cd7312bd0c18;
    uint256 private constant DELTA_NEG_X_RE = 0x1cd575335d0d90e86a408442b75d288f94fec7d260788b6d5997f8918705dd31;
    uint256 private constant DELTA_NEG_Y_IM = 0x03b4cfdda91721aae87dbd19a66b699cf606b759e8df3d7bb37d1b00ea18cc00;
    uint256 private constant DELTA_NEG_Y_RE = 0x1e2fcd762214804e4b8a42571065f38767c59e628c1680f111dff48c1f52f60b;
    uint256 private constant IC_0_X = 0x2ba23566f9c1aeb143476f75fb54188b4d372ab7b20a9f13cb65f0ae0ecfdc96;
    uint256 private constant IC_0_Y = 0x123703016caebb94045e244714b9b7a67504aa8b44c07a7d4b96631aed1e371f;
    uint256 private constant IC_1_X = 0x2293c6a3040c1ed16221c79e6c6036974bae01a9e6c5f3cae89fb0c40a2ca265;
    uint256 private constant IC_1_Y = 0x16ff0185743f419e82662d252580ec9b0f6ce2052caa4347ffc2e1219f8a34fe;
    uint256 private constant IC_2_X = 0x1660e8ffa95e7e7eb6d81b90e5c7d29a4a21cbdd69d29e6bc3f8fade33339fc0;
    uint256 private constant IC_2_Y = 0x1431590c346ac57869b7c60022d0b375267f827934d0af1be0f0326b73512315;
    uint256 private constant IC_3_X = 0x126c66e164aebc0478877b34dfb01d6a2f03f18d101582560c81e9aa4bd684ed;
    uint256 private constant IC_3_Y = 0x136b3e0568c906f07af0c03fe373a84c64f5fd9ef0adeb41a78a39a70f0768a0;
    uint256 private constant IC_4_X = 0x034e79c87213157b803ee7cd361b99b2c89f7af50592d51c7f1d3ca1d4b39aff;
    uint256 private constant IC_4_Y = 0x26381d18bd31871f3999bd4bb168f43b2017755fbf0013f54816f592c180c75d;
    uint256 private constant IC_5_X = 0x1ec052f27d499e0dae3c38aeb71e4dca2cea438087809e21cc9cf74e30fdca74;
    uint256 private constant IC_5_Y = 0x067102e0e48ca2e3f6d8568e7aa9b4554830eb833384e977a09e5de5cf219920;

    // What a call of a precompile must be given for its failure to be an answer: today's prices, of which a call can pass
    // on 63/64 after its own 100. A pairing costs 45,000 and 34,000 a pair, a product 6,000, a sum 150.
    uint256 private constant PAIRING_GAS = 46_000;
    uint256 private constant PAIR_GAS = 34_540;
    uint256 private constant PRODUCT_GAS = 6_800;

    constructor() {
        if (block.chainid != 31337 && block.chainid != 1337) revert DevelopmentKeyOnPublicChain(block.chainid);
    }

    /// @notice Reverts unless the proof is valid for all 5 public inputs.
    /// @param proof the eight words of the proof
    /// @param inputs context, model, digest, index, counts
    function verifyProof(uint256[8] calldata proof, uint256[5] calldata inputs) external view {
        _checkLength(420);
        for (uint256 i = 0; i < 5; ++i) {
            if (inputs[i] >= R) revert InputNotInField(i, inputs[i]);
        }
        _checkProof(proof, 0);
        uint256[5] memory work = [IC_0_X, IC_0_Y, 0, 0, 0];
        _addProduct(work, IC_1_X, IC_1_Y, inputs[0]);
        _addProduct(work, IC_2_X, IC_2_Y, inputs[1]);
        _addProduct(work, IC_3_X, IC_3_Y, inputs[2]);
        _addProduct(work, IC_4_X, IC_4_Y, inputs[3]);
        _addProduct(work, IC_5_X, IC_5_Y, inputs[4]);
        _checkProofPairing(proof, work);
    }

    /// @notice Adds up what the constants of an election contribute to the inputs' sum, IC_0 included.
    /// @param constants context, model
    /// @return point the sum, a point of G1 as (x, y)
    function foldConstants(uint256[] calldata constants) external view returns (uint256[2] memory point) {
        if (constants.length != 2) revert WrongCalldataLength(132, msg.data.length);
        _checkLength(132);
        for (uint256 i = 0; i < 2; ++i) {
            if (constants[i] >= R) revert InputNotInField(i, constants[i]);
        }
        uint256[5] memory work = [IC_0_X, IC_0_Y, 0, 0, 0];
        _addProduct(work, IC_1_X, IC_1_Y, constants[0]);
        _addProduct(work, IC_2_X, IC_2_Y, constants[1]);
        return [work[0], work[1]];
    }

    /// @notice Reverts unless the proof is valid for the folded constants and the 3 inputs that follow them.
    /// @param point what `foldConstants` gave; never (0, 0)
    /// @param proof the eight words of the proof
    /// @param inputs digest, index, counts
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
        _addProduct(work, IC_3_X, IC_3_Y, inputs[0]);
        _addProduct(work, IC_4_X, IC_4_Y, inputs[1]);
        _addProduct(work, IC_5_X, IC_5_Y, inputs[2]);
        _checkProofPairing(proof, work);
    }

    /// @notice Reverts unless every proof is valid for the folded constants and the 3 inputs that follow them, all
    /// at once: e(r_i·A_i, B_i) multiplied over all i, times e(-(sum r_i)·alpha, beta)·e(sum r_i·inputs_i, -gamma)
    /// ·e(sum r_i·C_i, -delta), is 1. The r_i are drawn when everything they multiply is fixed, so that errors cancel with
    /// a chance of at most 2^-128.
    /// @param point what `foldConstants` gave; never (0, 0)
    /// @param proofs the eight words of each proof, at least one proof
    /// @param inputs for each proof digest, index, counts
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
        _addProduct(work, IC_3_X, IC_3_Y, scalars[0]);
        _addProduct(work, IC_4_X, IC_4_Y, scalars[1]);
        _addProduct(work, IC_5_X, IC_5_Y, scalars[2]);
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
