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

    /// @notice An input is not below r; `index` is its position in the argument.
    error InputNotInField(uint256 index, uint256 value);

    /// @notice A word of the proof is not below q.
    error CoordinateNotInField(uint256 index, uint256 value);

    /// @notice A, B or C is the point at infinity; `index` is that of its first word.
    error PointAtInfinity(uint256 index);

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

    /// @dev What a pairing of four must be given for its failure to be an answer: today's price, 45,000 + 4·34,000, of
    /// which a call can pass on 63/64.
    uint256 private constant PAIRING_GAS = 184_000;

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
        _checkProof(proof);
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
        _checkPairing(proof, work);
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
        for (uint256 i = 0; i < 3; ++i) {
            if (inputs[i] >= R) revert InputNotInField(i, inputs[i]);
        }
        _checkProof(proof);
        // What an empty storage slot would give; the precompiles would take it for the neutral element.
        if (point[0] | point[1] == 0) revert InvalidPoint();
        uint256[5] memory work = [point[0], point[1], 0, 0, 0];
        _addProduct(work, IC_11_X, IC_11_Y, inputs[0]);
        _addProduct(work, IC_12_X, IC_12_Y, inputs[1]);
        _addProduct(work, IC_13_X, IC_13_Y, inputs[2]);
        _checkPairing(proof, work);
    }

    /// @dev The decoder has refused shorter calls already.
    function _checkLength(uint256 expected) private pure {
        if (msg.data.length != expected) revert WrongCalldataLength(expected, msg.data.length);
    }

    /// @dev The precompiles check the curves and B's subgroup, but take (0, 0) for the neutral element.
    function _checkProof(uint256[8] calldata proof) private pure {
        for (uint256 i = 0; i < 8; ++i) {
            if (proof[i] >= Q) revert CoordinateNotInField(i, proof[i]);
        }
        if (proof[0] | proof[1] == 0) revert PointAtInfinity(0);
        if (proof[2] | proof[3] | proof[4] | proof[5] == 0) revert PointAtInfinity(2);
        if (proof[6] | proof[7] == 0) revert PointAtInfinity(6);
    }

    /// @dev Adds scalar·(x, y), a point of the key, to the sum in the first two words of `work`; the rest is scratch.
    function _addProduct(uint256[5] memory work, uint256 x, uint256 y, uint256 scalar) private view {
        bool added;
        assembly ("memory-safe") {
            let product := add(work, 0x40)
            mstore(product, x)
            mstore(add(product, 0x20), y)
            mstore(add(product, 0x40), scalar)
            // A point of the key times anything exists: only missing gas makes this fail, and that is no answer.
            if iszero(staticcall(gas(), 0x07, product, 0x60, product, 0x40)) { invalid() }
            // Too little gas for this one leaves none for what follows.
            added := staticcall(gas(), 0x06, work, 0x80, work, 0x40)
        }
        if (!added) revert InvalidPoint();
    }

    /// @dev e(A, B)·e(-alpha, beta)·e(sum, -gamma)·e(C, -delta) = 1, with the sum in the first two words of `work`.
    function _checkPairing(uint256[8] calldata proof, uint256[5] memory work) private view {
        bool answered;
        bool isOne;
        assembly ("memory-safe") {
            let data := mload(0x40)
            calldatacopy(data, proof, 0xc0)
            mstore(add(data, 0x0c0), ALPHA_NEG_X)
            mstore(add(data, 0x0e0), ALPHA_NEG_Y)
            mstore(add(data, 0x100), BETA_X_IM)
            mstore(add(data, 0x120), BETA_X_RE)
            mstore(add(data, 0x140), BETA_Y_IM)
            mstore(add(data, 0x160), BETA_Y_RE)
            mstore(add(data, 0x180), mload(work))
            mstore(add(data, 0x1a0), mload(add(work, 0x20)))
            mstore(add(data, 0x1c0), GAMMA_NEG_X_IM)
            mstore(add(data, 0x1e0), GAMMA_NEG_X_RE)
            mstore(add(data, 0x200), GAMMA_NEG_Y_IM)
            mstore(add(data, 0x220), GAMMA_NEG_Y_RE)
            calldatacopy(add(data, 0x240), add(proof, 0xc0), 0x40)
            mstore(add(data, 0x280), DELTA_NEG_X_IM)
            mstore(add(data, 0x2a0), DELTA_NEG_X_RE)
            mstore(add(data, 0x2c0), DELTA_NEG_Y_IM)
            mstore(add(data, 0x2e0), DELTA_NEG_Y_RE)
            let given := gas()
            answered := staticcall(given, 0x08, data, 0x300, 0x00, 0x20)
            // Refused, or only short of gas? Where that cannot be told, it is no answer.
            if and(iszero(answered), lt(given, PAIRING_GAS)) { invalid() }
            // A chain without the precompile answers with nothing.
            isOne := and(eq(returndatasize(), 0x20), eq(mload(0x00), 1))
        }
        if (!answered) revert InvalidPoint();
        if (!isOne) revert ProofInvalid();
    }
}
