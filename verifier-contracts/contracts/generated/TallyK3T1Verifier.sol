// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by `tabella verifier export`. Do not edit: export again instead.
pragma solidity 0.8.30;

/// @title TallyK3T1Verifier
/// @notice Checks Groth16 proofs of the circuit `tally-k3-t1`, version 1, over BN254.
/// The key is a DEVELOPMENT key: anyone can forge proofs. It works on local chains only.
/// @dev A call that returns means a valid proof; everything else reverts, and a call that runs out of gas reverts without
/// a reason. Words of a proof: A.x, A.y, B.x_im, B.x_re, B.y_im, B.y_re, C.x, C.y.
contract TallyK3T1Verifier {
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

    /// @notice A point is not on its curve or not in its subgroup.
    error InvalidPoint();

    /// @notice The proof is not valid for these inputs.
    error ProofInvalid();

    /// @notice Name of the circuit.
    string public constant CIRCUIT = "tally-k3-t1";

    /// @notice Version of the circuit's statement.
    uint256 public constant VERSION = 1;

    /// @notice SHA-256 of the verifying key.
    bytes32 public constant KEY_DIGEST = 0xc1250357484bbd1df0aad3f32cfc9643519fe08398c8cda3533bc6da2a9f9fa9;

    /// @notice Whether this is a development key.
    bool public constant DEVELOPMENT = true;

    /// @dev Order of the base field: coordinates are below it.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    /// @dev Order of the groups and of the scalar field: inputs are below it.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

    // The verifying key. alpha, gamma and delta are negated once for all: a proof is valid when
    // e(A, B)·e(-alpha, beta)·e(sum, -gamma)·e(C, -delta) = 1, with sum = IC_0 + input_0·IC_1 + input_1·IC_2 + ...
    uint256 private constant ALPHA_NEG_X = 0x08a724c7d5b377fbebc7f186b9b1513dd45bd3bd6d8ff920f703fefc2954ce16;
    uint256 private constant ALPHA_NEG_Y = 0x264e5f71d97a865beec97491b5030aa4a3a84529e402cb8a21def1558c0c4d0f;
    uint256 private constant BETA_X_IM = 0x108e1a5a79566b6ce6fe21f46c603480fb209613617ca3c3c3d461c68362a857;
    uint256 private constant BETA_X_RE = 0x25a4964fc95149b1d8e8e9f952912289a84fb574b4d2a7277aca15a1660f34a5;
    uint256 private constant BETA_Y_IM = 0x263d5af3f3626d363523f03065cd76b5d7b466b3f2c14b00dc057d9e1cf77030;
    uint256 private constant BETA_Y_RE = 0x02c8a63afbeba6e0b29e67e1b2cd1a3344dac9d9bd593000eaecdd1df75ac63e;
    uint256 private constant GAMMA_NEG_X_IM = 0x0763e86d9b094da42e3d9b7a427f4b916bc94923e9e2df5897458fc0f71ce33c;
    uint256 private constant GAMMA_NEG_X_RE = 0x0d023acd5971def73c5fadcd136daf687fe80403b24604903edbb1b0bcf48622;
    uint256 private constant GAMMA_NEG_Y_IM = 0x0c3d6c3aa78644f68f4bb8ba2dd6e52381471f511b889c356b37bdaa9a46af00;
    uint256 private constant GAMMA_NEG_Y_RE = 0x15cb7f58d72802c52951d20578a7de49435336a15a749d11620808561f8655ca;
    uint256 private constant DELTA_NEG_X_IM = 0x1b7af2be938ce87637b72901ed6b2029b945328759979a8ee821fe8cac22af6a;
    uint256 private constant DELTA_NEG_X_RE = 0x00ed97abb0b36e8bcbc9341f82bcb4b665bf4eb2756ffee8277add8547f08b1d;
    uint256 private constant DELTA_NEG_Y_IM = 0x1a6dab14c54d9806abc5130da874de3190b74693a539879a90b22ec621e8f9d1;
    uint256 private constant DELTA_NEG_Y_RE = 0x2b373430244da79b89bce3ff65d3189ae74eac1c44407d5f4bc5e5331a52bbcf;
    uint256 private constant IC_0_X = 0x2d22c8fd291175f63451e0bf26cf9d3ef9b9b608fd54dd8f5e067974b287c6c0;
    uint256 private constant IC_0_Y = 0x2c498c23cf0d82cdf21147222fb2a343ca6e2c6a9cd50aa33935f4f471e0248c;
    uint256 private constant IC_1_X = 0x2d719c6a7e80ab46c0d2aa0669d82f846c6e8173512a9be68c03e18b4c9ae43a;
    uint256 private constant IC_1_Y = 0x27744f3fc4d3cb50916e43d406764c2bc450a7d5af25ad46561581e1b46f3999;
    uint256 private constant IC_2_X = 0x0fd62543a60f0b6d3097f058564ba5b4b3acc4097e8dc37ec4285f0988825205;
    uint256 private constant IC_2_Y = 0x09a0811132827a678fa8e06044a75989af767ec7e8d4c0f7a93a4e2958756308;
    uint256 private constant IC_3_X = 0x0222cec148e23765bef316b47c82c2c848ca2f84ffb69d702d959f2039af0864;
    uint256 private constant IC_3_Y = 0x110c2b64f5b36e343629f0e52ee6541818f19141391ddbc7df4df2025e80fd45;

    // What a call of a precompile must be given for its failure to be an answer: today's prices, of which a call can pass
    // on 63/64 after its own 100. A pairing costs 45,000 and 34,000 a pair, a product 6,000, a sum 150.
    uint256 private constant PAIRING_GAS = 46_000;
    uint256 private constant PAIR_GAS = 34_540;
    uint256 private constant PRODUCT_GAS = 6_800;

    constructor() {
        if (block.chainid != 31337 && block.chainid != 1337) revert DevelopmentKeyOnPublicChain(block.chainid);
    }

    /// @notice Reverts unless the proof is valid for all 3 public inputs.
    /// @param proof the eight words of the proof
    /// @param inputs h, gamma, e
    function verifyProof(uint256[8] calldata proof, uint256[3] calldata inputs) external view {
        _checkLength(356);
        for (uint256 i = 0; i < 3; ++i) {
            if (inputs[i] >= R) revert InputNotInField(i, inputs[i]);
        }
        _checkProof(proof, 0);
        uint256[5] memory work = [IC_0_X, IC_0_Y, 0, 0, 0];
        _addProduct(work, IC_1_X, IC_1_Y, inputs[0]);
        _addProduct(work, IC_2_X, IC_2_Y, inputs[1]);
        _addProduct(work, IC_3_X, IC_3_Y, inputs[2]);
        _checkProofPairing(proof, work);
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
