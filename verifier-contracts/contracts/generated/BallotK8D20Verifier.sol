// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by `tabella verifier export`. Do not edit: export again instead.
pragma solidity 0.8.30;

/// @title BallotK8D20Verifier
/// @notice Checks Groth16 proofs of the circuit `ballot-k8-d20`, version 2, over BN254.
/// The key is a DEVELOPMENT key: anyone can forge proofs. It works on local chains only.
/// @dev A call that returns means a valid proof; everything else reverts, and a call that runs out of gas reverts without
/// a reason. Words of a proof: A.x, A.y, B.x_im, B.x_re, B.y_im, B.y_re, C.x, C.y.
contract BallotK8D20Verifier {
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
    string public constant CIRCUIT = "ballot-k8-d20";

    /// @notice Version of the circuit's statement.
    uint256 public constant VERSION = 2;

    /// @notice SHA-256 of the verifying key.
    bytes32 public constant KEY_DIGEST = 0x222a148d6469aa82cbbfbbe0d58f07af2e9480a8cf92a9ec63bb02999e8a050d;

    /// @notice Whether this is a development key.
    bool public constant DEVELOPMENT = true;

    /// @dev Order of the base field: coordinates are below it.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    /// @dev Order of the groups and of the scalar field: inputs are below it.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

    // The verifying key. alpha, gamma and delta are negated once for all: a proof is valid when
    // e(A, B)·e(-alpha, beta)·e(sum, -gamma)·e(C, -delta) = 1, with sum = IC_0 + input_0·IC_1 + input_1·IC_2 + ...
    uint256 private constant ALPHA_NEG_X = 0x156a1c2a46c2752be1a25c647852bae5bebe1993020636fd2960f34145b70802;
    uint256 private constant ALPHA_NEG_Y = 0x161b607f6456bf65edd6888b24db5c762b6d5bc55c7ec4b69236a97a404bdb36;
    uint256 private constant BETA_X_IM = 0x19025fd1e7b9657210cce8333ef597bf0a3f75ca7524504aae78687aa83df84e;
    uint256 private constant BETA_X_RE = 0x14d10fb745bed97889beebfe4442d3ed013391b98d5bba507dbd4bab6d8f4ffb;
    uint256 private constant BETA_Y_IM = 0x279521336c865d162e7927d939191f1e24c8ebc1642f016580ae558b6d8b6fca;
    uint256 private constant BETA_Y_RE = 0x190811717e9bb4ce38b95ac7c9d9f549b2285090dcdba5f6955e38ba3caf1c6d;
    uint256 private constant GAMMA_NEG_X_IM = 0x1d3636bd40169b4bf3b4bdf058e71400a284d60c1740bc6e24dd839f1c06f32b;
    uint256 private constant GAMMA_NEG_X_RE = 0x1c415956c6b4534e003f5c1b4050765aee41b018c1256e910e7fd440f9a8f604;
    uint256 private constant GAMMA_NEG_Y_IM = 0x206e65c688a1bb280ea6022369619f9f7c5ff63ac470f90a4b504124ec1235ec;
    uint256 private constant GAMMA_NEG_Y_RE = 0x29a8db38fee4d5bf2bd14ee9977b49099009f04b63c59f8e9a72f316335b07aa;
    uint256 private constant DELTA_NEG_X_IM = 0x22142a619d61034543995d51e5548bafeffa1815324436b1972845062007c66b;
    uint256 private constant DELTA_NEG_X_RE = 0x05f3417a45de94e7df69b4f3beda6730a662b79de46289fd6b1dbbbef32f7ed0;
    uint256 private constant DELTA_NEG_Y_IM = 0x2bc949752576fa7cf266152014e836e40fa980f110a29a2a94710bca14764215;
    uint256 private constant DELTA_NEG_Y_RE = 0x1a2e274e6df4540c03171f31dd0d2e96acdf085ce037d05957d7583769ffc870;
    uint256 private constant IC_0_X = 0x13b4809b22651c8b01c5b24d9c59d161954604d2536a16a2d257bdafa0f5aeee;
    uint256 private constant IC_0_Y = 0x1ea4dd5229960a3fd3e4c8d592be821a6b93ad24950f9ca9dac2963c88361b68;
    uint256 private constant IC_1_X = 0x29362eef2774b1b67cbab34abbf76a78522690a38b5e6f8c0ed51ec99888130b;
    uint256 private constant IC_1_Y = 0x200f5b31129c1f97df0a552388e8dd7ce4c5a6c7163c5a4581065ba769ef07fb;
    uint256 private constant IC_2_X = 0x0dfc7b944853e75e87425a864875f3fd04eefd9ae995619f3fd920043000d66f;
    uint256 private constant IC_2_Y = 0x0d533ef4c4e2abe497d13b4d66f4307d7377829630fca966e6daa7c9fc2fa943;
    uint256 private constant IC_3_X = 0x148380ab6bcff5a1ceea904cb7cb595ab272eed198249af6345cdf8bc8d625b4;
    uint256 private constant IC_3_Y = 0x29e5e83d8e407d3680ee0204075b9e5adfbe336066905714830c6e78b1f9c08b;
    uint256 private constant IC_4_X = 0x0e5021afe1d94666546a28e46640100579c6dbd31dcbbcc3d746551b19bd5a92;
    uint256 private constant IC_4_Y = 0x2a58850be5050a72042e359e34d5d1232f0bcbce57f983157fb47ee45647bb55;
    uint256 private constant IC_5_X = 0x02130651b15c0ea59ee1a643ef0ed169ee40a57d2f43f15a82b8358ff45d53a6;
    uint256 private constant IC_5_Y = 0x2f9b6ac59e2bf5b9a7f036625e5eae2e2e90ddf271e2004783b917581a0aec68;
    uint256 private constant IC_6_X = 0x2c870eb98577df24f7a9824f0f7cc737e243ba4a7ad5c402dc33f91dd6e5d92c;
    uint256 private constant IC_6_Y = 0x1d02f5caca3d77de8af57e8e770adc83ed80f291a303593562b40f8b00cf0d67;
    uint256 private constant IC_7_X = 0x2f3c9f051ca3a98d1a192d18fbae37ef8e6d186651b503dd07ca76c8f6fa8a67;
    uint256 private constant IC_7_Y = 0x2ce0ab7a1f1dcc034f7ab271969af114f2d208414ced64a2f1ced96452822362;
    uint256 private constant IC_8_X = 0x032d7243c834f2aa5d801368994443d4d98b06b59034ddc54f8b5a627fb8fab4;
    uint256 private constant IC_8_Y = 0x0b5f34867b09ba1c13b7676ff2a64f0857c8541555f8c55c18dac952535cc6fc;
    uint256 private constant IC_9_X = 0x0657dcd4babcb26f23721a1e76e2aa0a50388de730fd80735360aadf38eec49e;
    uint256 private constant IC_9_Y = 0x143df29438d04c08be998b125cc38c0a07b0c1807d66243b143ddb3b8c349004;
    uint256 private constant IC_10_X = 0x09cfe228b46299774ac0c7794f6ea746402cf61b8161a2004ef1a1115c9e3c41;
    uint256 private constant IC_10_Y = 0x22a24747efbdaf93d213a5c6526c6476d46e6daa13cdd23734a9d1ab58be8a89;
    uint256 private constant IC_11_X = 0x07d39ea08c0599b9bd06a0ec1d52a8695df88b0a1474989d2ca087c51d6fb2db;
    uint256 private constant IC_11_Y = 0x16a2da5708404357550f43cdeec8c00e95686ab853fb0941ecca2e93a74e34fe;
    uint256 private constant IC_12_X = 0x035578b6a828d0b5ea4c7d7152a947b223a8664d85c337943653b6ccbae659c8;
    uint256 private constant IC_12_Y = 0x2e39eca2063f3859ad1beb801c66bfcb8fd2298724aa813c577142c4a2f62453;
    uint256 private constant IC_13_X = 0x2fcc9d3986b34dd575209afe0032dc114c8bec3478a8a62e10835c5420703214;
    uint256 private constant IC_13_Y = 0x0f947aa188b207c58adf1979efddf056bd30d9f082877eef4d7e9d742c236efc;
    uint256 private constant IC_14_X = 0x1c262c78aee2cbfbc2c12efdcb68a81d50098e169905213086cc8ea73e55c6ad;
    uint256 private constant IC_14_Y = 0x298675cd1aae54837179719f03a582980d9e6518b6270d3777c96deae9af12e6;
    uint256 private constant IC_15_X = 0x01034846eb718273a574e90caf50c54964cb1e56111ea122b65ad169d24fde0f;
    uint256 private constant IC_15_Y = 0x29afb46fe1df8ecaa859ecb02a2b80942a2573f25506075e92b5d69e6980556a;
    uint256 private constant IC_16_X = 0x08d7c94a915478f94f68aff23e859a0d483527520381e693e35ef4ded461ec15;
    uint256 private constant IC_16_Y = 0x167f3b8e5c5d76c38965850654cbc03b78f7cc6a56e68fd0738dca150d67a940;
    uint256 private constant IC_17_X = 0x1e00d19f2c05890b438b17c031a0d44b52ca2347e9d55e5eaf69290b21161c4f;
    uint256 private constant IC_17_Y = 0x0bd69fcb70569ea12e38ead0396297678ce9dbf7cf6fd237b8c9b1120eb5bbd4;
    uint256 private constant IC_18_X = 0x20edb8d6cf3cad396018ad856841cbea7cfbd80b2a193fb1ebb644cdb4082288;
    uint256 private constant IC_18_Y = 0x2de8b93a5133afbf833ee9989bfaf9a34b62bcba6a1bca81b4ee4b9fe1c2a833;
    uint256 private constant IC_19_X = 0x0abb04377b8e2d07399cc2423225896eee27254767cbd7b4623366770b47f39a;
    uint256 private constant IC_19_Y = 0x0d7832c89b2c9003ebcb5097b437c9a07911ed3f058710aff1061b1a4773a076;
    uint256 private constant IC_20_X = 0x18f87e4210032e88de8286056813ba0badbacf90d3b1e1af8f471c218a799f87;
    uint256 private constant IC_20_Y = 0x288b42857aded3f51df76972a4c7257fe54223a6d52922d13aae1e1feec99595;
    uint256 private constant IC_21_X = 0x19b827431ea8713f89cf0fa4b033047dd69841bd4f4f78b75d6fe002a27e8d94;
    uint256 private constant IC_21_Y = 0x0f1602148ebd258eaf6d295cafbf3b1a8c87a02c5e1dd10f5ff1b6be3bdaa049;
    uint256 private constant IC_22_X = 0x2afa249258968ceed91295ebe9f6d587334a5ceea01f2b203ece60947ea4e1ea;
    uint256 private constant IC_22_Y = 0x2634b923c008a7a6e869ba70f03aa848f6f4f5e215e5fa99abb9e47fe4937fd9;
    uint256 private constant IC_23_X = 0x05d69a2a800c6e8d914491b07cb2dd47598536ab2601441d5e7ec4e31517419e;
    uint256 private constant IC_23_Y = 0x1f898a7209fec3394459fe47534dbc6e9b5c78e3f86bb3c4c279c80d0be53a5c;

    // What a call of a precompile must be given for its failure to be an answer: today's prices, of which a call can pass
    // on 63/64 after its own 100. A pairing costs 45,000 and 34,000 a pair, a product 6,000, a sum 150.
    uint256 private constant PAIRING_GAS = 46_000;
    uint256 private constant PAIR_GAS = 34_540;
    uint256 private constant PRODUCT_GAS = 6_800;

    constructor() {
        if (block.chainid != 31337 && block.chainid != 1337) revert DevelopmentKeyOnPublicChain(block.chainid);
    }

    /// @notice Reverts unless the proof is valid for all 23 public inputs.
    /// @param proof the eight words of the proof
    /// @param inputs root, size, scope, rule, key_0_x, key_0_y, key_1_x, key_1_y, key_2_x, key_2_y, key_3_x, key_3_y, key_4_x, key_4_y, key_5_x, key_5_y, key_6_x, key_6_y, key_7_x, key_7_y, h, gamma, e
    function verifyProof(uint256[8] calldata proof, uint256[23] calldata inputs) external view {
        _checkLength(996);
        for (uint256 i = 0; i < 23; ++i) {
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
        _addProduct(work, IC_15_X, IC_15_Y, inputs[14]);
        _addProduct(work, IC_16_X, IC_16_Y, inputs[15]);
        _addProduct(work, IC_17_X, IC_17_Y, inputs[16]);
        _addProduct(work, IC_18_X, IC_18_Y, inputs[17]);
        _addProduct(work, IC_19_X, IC_19_Y, inputs[18]);
        _addProduct(work, IC_20_X, IC_20_Y, inputs[19]);
        _addProduct(work, IC_21_X, IC_21_Y, inputs[20]);
        _addProduct(work, IC_22_X, IC_22_Y, inputs[21]);
        _addProduct(work, IC_23_X, IC_23_Y, inputs[22]);
        _checkProofPairing(proof, work);
    }

    /// @notice Adds up what the constants of an election contribute to the inputs' sum, IC_0 included.
    /// @param constants root, size, scope, rule, key_0_x, key_0_y, key_1_x, key_1_y, key_2_x, key_2_y, key_3_x, key_3_y, key_4_x, key_4_y, key_5_x, key_5_y, key_6_x, key_6_y, key_7_x, key_7_y
    /// @return point the sum, a point of G1 as (x, y)
    function foldConstants(uint256[] calldata constants) external view returns (uint256[2] memory point) {
        if (constants.length != 20) revert WrongCalldataLength(708, msg.data.length);
        _checkLength(708);
        for (uint256 i = 0; i < 20; ++i) {
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
        _addProduct(work, IC_12_X, IC_12_Y, constants[11]);
        _addProduct(work, IC_13_X, IC_13_Y, constants[12]);
        _addProduct(work, IC_14_X, IC_14_Y, constants[13]);
        _addProduct(work, IC_15_X, IC_15_Y, constants[14]);
        _addProduct(work, IC_16_X, IC_16_Y, constants[15]);
        _addProduct(work, IC_17_X, IC_17_Y, constants[16]);
        _addProduct(work, IC_18_X, IC_18_Y, constants[17]);
        _addProduct(work, IC_19_X, IC_19_Y, constants[18]);
        _addProduct(work, IC_20_X, IC_20_Y, constants[19]);
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
        _addProduct(work, IC_21_X, IC_21_Y, inputs[0]);
        _addProduct(work, IC_22_X, IC_22_Y, inputs[1]);
        _addProduct(work, IC_23_X, IC_23_Y, inputs[2]);
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
        _addProduct(work, IC_21_X, IC_21_Y, scalars[0]);
        _addProduct(work, IC_22_X, IC_22_Y, scalars[1]);
        _addProduct(work, IC_23_X, IC_23_Y, scalars[2]);
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
