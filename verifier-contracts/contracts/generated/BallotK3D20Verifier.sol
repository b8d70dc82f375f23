// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by `tabella verifier export`. Do not edit: export again instead.
pragma solidity 0.8.30;

/// @title BallotK3D20Verifier
/// @notice Checks Groth16 proofs of the circuit `ballot-k3-d20`, version 1, over BN254.
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
    uint256 public constant VERSION = 1;

    /// @notice SHA-256 of the verifying key.
    bytes32 public constant KEY_DIGEST = 0x50a40af9cc3e69716f6f320bb8874d96db6907e85fb5b5e81715273c7c4af33e;

    /// @notice Whether this is a development key.
    bool public constant DEVELOPMENT = true;

    /// @dev Order of the base field: coordinates are below it.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    /// @dev Order of the groups and of the scalar field: inputs are below it.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

    // The verifying key. alpha, gamma and delta are negated once for all: a proof is valid when
    // e(A, B)·e(-alpha, beta)·e(sum, -gamma)·e(C, -delta) = 1, with sum = IC_0 + input_0·IC_1 + input_1·IC_2 + ...
    uint256 private constant ALPHA_NEG_X = 0x058cdf767d95b9641046eafd13d72bca40918389c6a1bd7edc2997181e620a7b;
    uint256 private constant ALPHA_NEG_Y = 0x060bbe62c458226b97df539a6ba455e4b064500ecdaa57376c0b8c6c6bb3332a;
    uint256 private constant BETA_X_IM = 0x277a40cf3cee3238cb356324e6d19169752f620ece2f13a6508fc23dcb4f1612;
    uint256 private constant BETA_X_RE = 0x01999d0420f1cddbf492b36da402121b3381707c5599bf92bca152d3e36e4cf9;
    uint256 private constant BETA_Y_IM = 0x26d5e80348581efef4c9797aa5fae44b7ca70b0a8e46d093595e52f5063eaa58;
    uint256 private constant BETA_Y_RE = 0x1c26d4a0a3dde7f60aad1373c6000d4a360ee22b11dab762d9a3b2ffaafb8300;
    uint256 private constant GAMMA_NEG_X_IM = 0x1f9772af31cddef566f79a5449c0338e75b8855344f7b566e8fb4208960a426d;
    uint256 private constant GAMMA_NEG_X_RE = 0x0240b7258c50f75c813a83cff66696a8dad6fe1311730b1a571dface824aa04a;
    uint256 private constant GAMMA_NEG_Y_IM = 0x0d595025c35101d309712f8a778960e308bfba36aa01a0990c086c75dbc2b54d;
    uint256 private constant GAMMA_NEG_Y_RE = 0x1a2e6d287e9cac79d7ac5d886c236492839c3fa9865386d43604209b64eafe90;
    uint256 private constant DELTA_NEG_X_IM = 0x1248bbd39a8e2d6aeb0ca8f2d00f1b6b49ffc50a51ddf7230b8bf0207026d795;
    uint256 private constant DELTA_NEG_X_RE = 0x102d313253453aa87012c48460ed671117ed48c79049df391b4864c4b2f993b0;
    uint256 private constant DELTA_NEG_Y_IM = 0x0f38d88f63b109c631b8b1e9b3161183d24f42e8a86589f1ff2c1a88648cf970;
    uint256 private constant DELTA_NEG_Y_RE = 0x13a1d918b7260c9512d2ac75ed0b1de4a09ad91beb4da34f513f50840c46eb5d;
    uint256 private constant IC_0_X = 0x2bbff7b4d24014440f7d90bf9e19d5789f3cdf19c3538dc2125e97cc609f6e69;
    uint256 private constant IC_0_Y = 0x19c16adf676941fb22b99ab71ddb6818056ea59311f653eab5b7bbb971a9d59a;
    uint256 private constant IC_1_X = 0x2619e510e15a187e18ba869d73bb2030c4df0ab22b20c3eab5fd5bd21e456346;
    uint256 private constant IC_1_Y = 0x0bf735ee1048e67584bb35bc105d087a2c028f75a3aa6e2e75ea865cf06c94a4;
    uint256 private constant IC_2_X = 0x14fdc212b07fbb3513009fd8f38e4736856562f945bd49b2ce910c4a61af4e23;
    uint256 private constant IC_2_Y = 0x2a2cd30cdaa817ee4569070044bf776ac37432bb72ee27a530c78c9974b6740f;
    uint256 private constant IC_3_X = 0x2d3a6ac3625424a9fc8b66f0479cefcc509adc8f531bb9ac3ba7b11bda7f2aa2;
    uint256 private constant IC_3_Y = 0x03ab07ba338a5566368b806166f1a4c0c93647accc761faa9e36e7d7f99a9591;
    uint256 private constant IC_4_X = 0x2e9b7e1b866fcf4dc3cd9c6ee4f0f9bd3b576534ae4f4c0cd4f76410e9e29629;
    uint256 private constant IC_4_Y = 0x06e0e80ff4cd8d80e5349fc23751ee7685efff36d9e5e1e6e887e51ff8b367d3;
    uint256 private constant IC_5_X = 0x1e97f408831a927559384eb21d22dae5ae566257225edf46d7b6ab6e0f2c1e24;
    uint256 private constant IC_5_Y = 0x217f68ed861aa1e74a64da8cbedd72c8109a944b4383a7df055644058ea0f92f;
    uint256 private constant IC_6_X = 0x1312f8f671fc53b869fb1dd1c9edd1e77ecee757443773a8368e8ae0006c9746;
    uint256 private constant IC_6_Y = 0x2e7ddc572fab9f7f9ddacdd0a8ef98613f2a3ba449580709fd50da5082dec29d;
    uint256 private constant IC_7_X = 0x128ed0eb6a1ba18bde0833428ddbab8dbf03545efd1886860b2d022cd155a73f;
    uint256 private constant IC_7_Y = 0x1ecd7b2976181b1edc4547107f24e35c6f0f6c65089a63815b7147ec642d90f5;
    uint256 private constant IC_8_X = 0x130fe5d53abad355a73a95b935b75aa12d3e9f7be62f374ea11515894f564e0d;
    uint256 private constant IC_8_Y = 0x1377930a71aaf3b7e7c7f36913ba847064ca918509a7cc23beba6d31d7afee5c;
    uint256 private constant IC_9_X = 0x04e249ae60887d633d011ff8929c7a943c6e29dde396988699142a22d173ef2f;
    uint256 private constant IC_9_Y = 0x300ef12f841bfa5b152d332aac9c869ac799cd8b8a998ffdffcd0dfa4f6b2b15;
    uint256 private constant IC_10_X = 0x00c7e1f5316827c6c72de0a410921645b91b59042674d7491ea82de62b32c982;
    uint256 private constant IC_10_Y = 0x1611a32528b89a52f40ab08216ac5e51ecda11bbf6984d15d4a5ea2753d55d90;
    uint256 private constant IC_11_X = 0x1150e9a188855d12878069f7e6756cb703f588332dd367c46a3186d82ee65ef0;
    uint256 private constant IC_11_Y = 0x13e65bdd156c4bf20e97a12db5279b3f34a0f20e0ff625f082cb2a21da96ce55;
    uint256 private constant IC_12_X = 0x07224548eaa39e810f94240232a996d135d691ea24071bf4c55702227acaefbd;
    uint256 private constant IC_12_Y = 0x0b93bda15eb7b4a32b4c83f9169418c12206ecaa9fdef9f1f9cb5e9b32a77e0e;
    uint256 private constant IC_13_X = 0x27dced46e48070b904fe65618ffa60b03a71d1ba8ec11b52f4880642ced81b7d;
    uint256 private constant IC_13_Y = 0x0e96f56e548e319c641bd2cbd13a1878479a4d0fc1b4bdce3c521ee1a4e19141;

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
        for (uint256 i = 0; i < n; ++i) {
            _checkInputs(inputs[i], 3 * i);
            _checkProof(proofs[i], 8 * i);
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
                let at := scalars
                for { let end := add(input, 96) } lt(input, end) { input := add(input, 0x20) } {
                    mstore(at, addmod(mload(at), mulmod(r, calldataload(input), R), R))
                    at := add(at, 0x20)
                }
                // Far below 2^256: there are fewer proofs than bytes of calldata.
                mstore(at, add(mload(at), r))
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
