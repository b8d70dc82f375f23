// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by `tabella verifier export`. Do not edit: export again instead.
pragma solidity 0.8.30;

/// @title TallyK8T1Verifier
/// @notice Checks Groth16 proofs of the circuit `tally-k8-t1`, version 1, over BN254.
/// The key is a DEVELOPMENT key: anyone can forge proofs. It works on local chains only.
/// @dev A call that returns means a valid proof; everything else reverts, and a call that runs out of gas reverts without
/// a reason. Words of a proof: A.x, A.y, B.x_im, B.x_re, B.y_im, B.y_re, C.x, C.y.
contract TallyK8T1Verifier {
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
    string public constant CIRCUIT = "tally-k8-t1";

    /// @notice Version of the circuit's statement.
    uint256 public constant VERSION = 1;

    /// @notice SHA-256 of the verifying key.
    bytes32 public constant KEY_DIGEST = 0x3e1691dcb50242e2be643c5fb2d8a316d8635d58dcdfd2c7111544f42f81e0fb;

    /// @notice Whether this is a development key.
    bool public constant DEVELOPMENT = true;

    /// @dev Order of the base field: coordinates are below it.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    /// @dev Order of the groups and of the scalar field: inputs are below it.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

    // The verifying key. alpha, gamma and delta are negated once for all: a proof is valid when
    // e(A, B)·e(-alpha, beta)·e(sum, -gamma)·e(C, -delta) = 1, with sum = IC_0 + input_0·IC_1 + input_1·IC_2 + ...
    uint256 private constant ALPHA_NEG_X = 0x05c53ba333a01940d99df7a1806276ebe6076f9bca889a49a31ab9448813f6ab;
    uint256 private constant ALPHA_NEG_Y = 0x2a05eabacf30acd20bc6e013d45923185a3c68f73593bcf6ef696b85e63c0105;
    uint256 private constant BETA_X_IM = 0x0b496732ea4f908561c325e7c2bcb2f997681bd6ed54fd230bc6c9e4394eda06;
    uint256 private constant BETA_X_RE = 0x01bede8fcac3320da1ab9e50460c986d543cbd474d488856a729b30be351ca81;
    uint256 private constant BETA_Y_IM = 0x28324b3b0cb93765295f36531d8bd5277c5896104e272527599f4f45779c8d74;
    uint256 private constant BETA_Y_RE = 0x2df6decfb5b93de4a2b1700d93c044e5840d4e62da3835a72e27d70b154341cc;
    uint256 private constant GAMMA_NEG_X_IM = 0x26b235f6f868f3659df0489a13ade491e51a5d9bbcd598336b798ab6bc46900e;
    uint256 private constant GAMMA_NEG_X_RE = 0x188afae4dab0423c56ccafba16326c69c2b746b73afc48a2a1443cba000b951e;
    uint256 private constant GAMMA_NEG_Y_IM = 0x0e1dec0c772d3f3051d3eec3b8fc2d311ffa10f9be40821938817b2b0e772863;
    uint256 private constant GAMMA_NEG_Y_RE = 0x2e495efa6d1183402034e3c383289abfaec61e0b5cd0412532212b069adfa961;
    uint256 private constant DELTA_NEG_X_IM = 0x1bd4601c8201d61ddc6f2878453647d325143782efae605348a923f9b2403895;
    uint256 private constant DELTA_NEG_X_RE = 0x1e1ef0d91818c3c4421108862a7659b3ece91434b7005e18ccaaecaa5e33265a;
    uint256 private constant DELTA_NEG_Y_IM = 0x2d98b1e166e1d7652c8ca8fc9efed3e4d287fec67be8e71c458f44000fbe7eee;
    uint256 private constant DELTA_NEG_Y_RE = 0x013b66be7fc355d2acfd91df1b170d20fb575d3169e4e0142422955b31de0754;
    uint256 private constant IC_0_X = 0x1872681fd956b7896da1c0a500349d8132ddeb28aeacfe81db154a7ae13bc249;
    uint256 private constant IC_0_Y = 0x275708fb633de1e905be4b0bb2be8d8e67b0aaccb43bd895aea30d57d01706ec;
    uint256 private constant IC_1_X = 0x021235756ac0fd44d82ebb147d9a14d2b0fdf1089d5653ca62c870f9274512aa;
    uint256 private constant IC_1_Y = 0x0428961d298fc308f6c18d6b42394ac6ae6462d543f3b49461c1b05575440dc0;
    uint256 private constant IC_2_X = 0x06a3610fdc839abdc6db4ea75424abd7fe22ccfa2ea29dd6861dfb43c4ea6f62;
    uint256 private constant IC_2_Y = 0x0bec6e2aa81f6d50f06bad2185f3000f60bff3d481dff70e5720c3f11d966057;
    uint256 private constant IC_3_X = 0x0203be464c4a60475ff8c30e7ccf404b074ffc0f4ee7ea93b81f612ee09a34b7;
    uint256 private constant IC_3_Y = 0x1de46b5f69a6cb8f66fd6375dd4987f7bf93866de94c6c6cf57dd9aa0ec0808a;

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
