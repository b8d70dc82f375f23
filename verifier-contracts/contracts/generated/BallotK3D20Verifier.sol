// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by `tabella verifier export`. Do not edit: export again instead.
pragma solidity 0.8.30;

/// @title BallotK3D20Verifier
/// @notice Checks Groth16 proofs of the circuit `ballot-k3-d20`, version 2, over BN254.
/// The key is a DEVELOPMENT key: anyone can forge proofs. It works on local chains only.
/// @dev A call that returns means a valid proof; everything else reverts, and a call that runs out of gas reverts without
/// a reason. Words of a proof: A.x, A.y, B.x_im, B.x_re, B.y_im, B.y_re, C.x, C.y.
contract BallotK3D20Verifier {
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
    string public constant CIRCUIT = "ballot-k3-d20";

    /// @notice Version of the circuit's statement.
    uint256 public constant VERSION = 2;

    /// @notice SHA-256 of the verifying key.
    bytes32 public constant KEY_DIGEST = 0xb22685e52b0fcbda81e3a089c80611a6e740d95b90fa1f9af37f2bf7f8656255;

    /// @notice Whether this is a development key.
    bool public constant DEVELOPMENT = true;

    /// @dev Order of the base field: coordinates are below it.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    /// @dev Order of the groups and of the scalar field: inputs are below it.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

    // The verifying key. alpha, gamma and delta are negated once for all: a proof is valid when
    // e(A, B)·e(-alpha, beta)·e(sum, -gamma)·e(C, -delta) = 1, with sum = IC_0 + input_0·IC_1 + input_1·IC_2 + ...
    uint256 private constant ALPHA_NEG_X = 0x0ae35d33491a7083346afc327dc8a93b8c25ac42ed9faf71813712b941f95645;
    uint256 private constant ALPHA_NEG_Y = 0x11418592b4d6252143734007112723e49779c91a4f53078824021c730de18e01;
    uint256 private constant BETA_X_IM = 0x1d2f4007169fa1d54d0990786aeed34fbb354a60bf172859bc6033c2d87bd173;
    uint256 private constant BETA_X_RE = 0x0e237d5d54bd3ab1aecb5f2b4e58f9c3fb7b555ec9dbf306b0ff560c39a81542;
    uint256 private constant BETA_Y_IM = 0x1955d8128ae0ec3c9204ded2d2b756e469fbbf855cc39153ccf8d954125d1c79;
    uint256 private constant BETA_Y_RE = 0x08f8ab5700b0db196b86af1a3055903e6800d4746cd5394aa06e56470459f6d6;
    uint256 private constant GAMMA_NEG_X_IM = 0x14fc137cc272d087fbeb27b9bf0ea99a131faaa1d9976dedd0947cdb9afb56f2;
    uint256 private constant GAMMA_NEG_X_RE = 0x242b654e384796326580ac9af61b67282b499e13193df23de08c9c50cfd7dc9a;
    uint256 private constant GAMMA_NEG_Y_IM = 0x0e0aac36bbb81859853a00f01d0d37adea4f661a3abafed6751688ec787e7651;
    uint256 private constant GAMMA_NEG_Y_RE = 0x07e9c0425b3c7fd559102d3c842f0e253e060cc0c44d93187a25ffc74c0cefb8;
    uint256 private constant DELTA_NEG_X_IM = 0x2a3883e5e5dde875d2dc7e63e44a3f8011a46c488b4edf98c68d4c5241512c7d;
    uint256 private constant DELTA_NEG_X_RE = 0x0b1dd5e82c00042f4c306dbf7e282b96438ead33a7381f3bea205e6563105b8f;
    uint256 private constant DELTA_NEG_Y_IM = 0x26abb92ee774606921a0080714b17838d836f507173e87983a7469bcfd5bb075;
    uint256 private constant DELTA_NEG_Y_RE = 0x01f4f9dc991c180946b00a1911b606aae2447b45db10ff6d53e690ba6f8a5992;
    uint256 private constant IC_0_X = 0x04ca74c9177e242a56cfaf679998f87e3090c1bbe026a97916f5cebd9a493dbe;
    uint256 private constant IC_0_Y = 0x0f6e252f2b4e2f8f4c3f0a42b85ba54a46748a4569f7b702dc176c7353cce601;
    uint256 private constant IC_1_X = 0x16f1075cc5002b2e5600422fa1daee2b18d9823b5f92ed67abdce226fb9304b7;
    uint256 private constant IC_1_Y = 0x2b2a6cc51a395ec48e4e2169bbcabd0166532f79c2b4dbc9ba38f25e1e1cc28b;
    uint256 private constant IC_2_X = 0x30127a0724ab0c1e8a25018cc1370b2a2bd4b5cb16ad0c0f4229d6e80a45d6fe;
    uint256 private constant IC_2_Y = 0x16e1bb0a4a9b9f4dec594c6d785a53429bd8a2a1db219b1f95805b0e245287c1;
    uint256 private constant IC_3_X = 0x00a0d44e0841aa00d8d6f3f9d75aa9ab6e5c4347d982ad9a158d53777a8b81da;
    uint256 private constant IC_3_Y = 0x202817ce41e223b40b7e54b295b206b85f2ee292b8ea8b2cbf45a50edbaa813b;
    uint256 private constant IC_4_X = 0x0dda321a6d80604bbdefe02ea493ae2453b8d58be8f16c5cef9e6e189864af91;
    uint256 private constant IC_4_Y = 0x2474db23cbf51607025f58eed22fd6cfc7c752157968d4f42b6e2f8409dd61d3;
    uint256 private constant IC_5_X = 0x0152831da70b2d9b818950caf51c1bd985421bd5a946ebb8cd9ad3186279030d;
    uint256 private constant IC_5_Y = 0x2b791132d29b1131185e21b3fdd886c0424ee5c87a49645dd29e57c60486435a;
    uint256 private constant IC_6_X = 0x0b6cd2be38e1b1ef518c86887e414ffbe26813a6aa2c4280c09a352ed5505486;
    uint256 private constant IC_6_Y = 0x02bbfec47e6798093ce1e07127cbfb6038e0f425d8426316cc54c828b8dccfb2;
    uint256 private constant IC_7_X = 0x23699e558da6241ec231d68c56ae1b67b1b1de64963284e5f64c0107d554663f;
    uint256 private constant IC_7_Y = 0x2789b2d9be5ff51d4f78164335c45baadc699a5fb0dfa81ff4ebf34c178e3eab;
    uint256 private constant IC_8_X = 0x18d6d18bab054f788f05b8866ff56c02e3e733a3ba83faff87b38193ddc7b4c4;
    uint256 private constant IC_8_Y = 0x0425409fd587896b1270ebc3030e79e3cbda8fcc002041f18b6c79f29e561f5b;
    uint256 private constant IC_9_X = 0x1252934728ff15d1450ca7cd434f1f5494b7cce5f91374f09766625db4dc109d;
    uint256 private constant IC_9_Y = 0x07108d61940f9138272e885566b1eae666aba38b8ff97dd68892c5c55857b66c;
    uint256 private constant IC_10_X = 0x02e83d17b0f611fb648e1fad3ec55aaf65b5658496713faa8f75265cd2aeecaa;
    uint256 private constant IC_10_Y = 0x0817f77be0561a04b3b5bd25024ad870a8d3509a6bfba153078d62732ffe49f3;
    uint256 private constant IC_11_X = 0x09600adbc79d7ef71008c77ff1dfdbd730965194918b72f9c036ec49ccbd2399;
    uint256 private constant IC_11_Y = 0x03c851800ce130996501a317187df84a5514d7be3cbda85a5f88d1023282c76f;
    uint256 private constant IC_12_X = 0x27affb4c03b61edf9242e92575224ed5b46c07404f3a3f2299b83457d876e691;
    uint256 private constant IC_12_Y = 0x1fc6e0f0a82f1063e712a228c57ec152ec5b28b6d04645903e8f97a28d676f61;
    uint256 private constant IC_13_X = 0x2295e1f3f18d0ec2c0067fe69d207f4a1c1d1838442c73c9e6518b06476022d6;
    uint256 private constant IC_13_Y = 0x265082615dfae7abe28cf6f3146818d057dc1df92583b8006c884b2561b976ba;

    // What a call of a precompile must be given for its failure to be an answer: today's prices, of which a call can pass
    // on 63/64 after its own 100. A pairing costs 45,000 and 34,000 a pair, a product 6,000, a sum 150.
    uint256 private constant PAIRING_GAS = 46_000;
    uint256 private constant PAIR_GAS = 34_540;
    uint256 private constant PRODUCT_GAS = 6_800;

    constructor() {
        if (block.chainid != 31337 && block.chainid != 1337) revert DevelopmentKeyOnPublicChain(block.chainid);
    }

    /// @notice Reverts unless the proof is valid for all 13 public inputs.
    /// @param proof the eight words of the proof
    /// @param inputs root, size, scope, rule, key_0_x, key_0_y, key_1_x, key_1_y, key_2_x, key_2_y, h, gamma, e
    function verifyProof(uint256[8] calldata proof, uint256[13] calldata inputs) external view {
        _checkLength(676);
        for (uint256 i = 0; i < 13; ++i) {
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
        _checkProofPairing(proof, work);
    }

    /// @notice Adds up what the constants of an election contribute to the inputs' sum, IC_0 included.
    /// @param constants root, size, scope, rule, key_0_x, key_0_y, key_1_x, key_1_y, key_2_x, key_2_y
    /// @return point the sum, a point of G1 as (x, y)
    function foldConstants(uint256[] calldata constants) external view returns (uint256[2] memory point) {
        if (constants.length != 10) revert WrongCalldataLength(388, msg.data.length);
        _checkLength(388);
        for (uint256 i = 0; i < 10; ++i) {
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
        _addProduct(work, IC_11_X, IC_11_Y, inputs[0]);
        _addProduct(work, IC_12_X, IC_12_Y, inputs[1]);
        _addProduct(work, IC_13_X, IC_13_Y, inputs[2]);
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
        _addProduct(work, IC_11_X, IC_11_Y, scalars[0]);
        _addProduct(work, IC_12_X, IC_12_Y, scalars[1]);
        _addProduct(work, IC_13_X, IC_13_Y, scalars[2]);
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
