// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by `tabella verifier export`. Do not edit: export again instead.
pragma solidity 0.8.30;

/// @title VerdictS160Verifier
/// @notice Checks Groth16 proofs of the circuit `verdict-s160`, version 1, over BN254.
/// The key is a DEVELOPMENT key: anyone can forge proofs. It works on local chains only.
/// @dev A call that returns means a valid proof; everything else reverts, and a call that runs out of gas reverts without
/// a reason. Words of a proof: A.x, A.y, B.x_im, B.x_re, B.y_im, B.y_re, C.x, C.y.
contract VerdictS160Verifier {
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
    string public constant CIRCUIT = "verdict-s160";

    /// @notice Version of the circuit's statement.
    uint256 public constant VERSION = 1;

    /// @notice SHA-256 of the verifying key.
    bytes32 public constant KEY_DIGEST = 0xa0940ca578678166f0a3261a4d9c6dc6240a50e6596b0d92535dde54e31d2cff;

    /// @notice Whether this is a development key.
    bool public constant DEVELOPMENT = true;

    /// @dev Order of the base field: coordinates are below it.
    uint256 private constant Q = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    /// @dev Order of the groups and of the scalar field: inputs are below it.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

    // The verifying key. alpha, gamma and delta are negated once for all: a proof is valid when
    // e(A, B)·e(-alpha, beta)·e(sum, -gamma)·e(C, -delta) = 1, with sum = IC_0 + input_0·IC_1 + input_1·IC_2 + ...
    uint256 private constant ALPHA_NEG_X = 0x13438aedbff45cc939e76aa6143318441d449ceda8149b62eb66e9d1bf5fefa4;
    uint256 private constant ALPHA_NEG_Y = 0x28dad4bbc6a4574b69793ea80df10ee88685818233450712a57c7fe701b42e32;
    uint256 private constant BETA_X_IM = 0x2d72652f017f53303a81f7b0c82aa7d1e78bbd58a4634efa3595a894bbced436;
    uint256 private constant BETA_X_RE = 0x27b955612513310e58c0bfe4a74acc0a4b36fbb2fe7c5a9af50fbf7e0b9d17f9;
    uint256 private constant BETA_Y_IM = 0x0e9a196e0c47d86539c76c5e5c7e5409ea85bc0212e1ab7d305bfa8504493100;
    uint256 private constant BETA_Y_RE = 0x241332cb63c02497e0428180c8554df3fa33f3f4a433a1c6083c0cdc505cc1f0;
    uint256 private constant GAMMA_NEG_X_IM = 0x11230f51c99ac00b9c4097c09fff67fe85df8e458af711cf10e96c9d7da29f53;
    uint256 private constant GAMMA_NEG_X_RE = 0x134b9df9675ec59412a0ccefdd630c5cc7eab4c6a2686b2fc706ab9218dcd68e;
    uint256 private constant GAMMA_NEG_Y_IM = 0x180efa71345b74fe0423161f6eb40af38fb2f733f0d020091f1ae14dfb4c674f;
    uint256 private constant GAMMA_NEG_Y_RE = 0x1a790587b96f0e01fc4d516f9d6df674e42799962d739a7bb1ec8f70c0fc7469;
    uint256 private constant DELTA_NEG_X_IM = 0x26000da86008e6bda19a59daa8d93feaddbcebadd18f01faabf9de9872c1d577;
    uint256 private constant DELTA_NEG_X_RE = 0x02d1139cf708fadf274e8dc5ae880b26384b57d5df4c9d775be3e778bc0f7321;
    uint256 private constant DELTA_NEG_Y_IM = 0x099cf9f3776991901094dd662cdf8938ab7b8470bbfd760fab7389f3361284a0;
    uint256 private constant DELTA_NEG_Y_RE = 0x182d3c3be2310154b1131be62e89894e9ba6879e0c3d30695346fbc37bc7cc15;
    uint256 private constant IC_0_X = 0x305832aff6f42e28046f0a47ce4c0620ebd8869a53dfd5f1088778e50b42b0eb;
    uint256 private constant IC_0_Y = 0x169415a40a0b439da33ede8e5d1f285d9ea23c2af9b701d8c0fc80c342a8e992;
    uint256 private constant IC_1_X = 0x299954f80560de13d19dab062fc828e3d6763ff08caee89f635cfff3e698daf9;
    uint256 private constant IC_1_Y = 0x25d05a66d2f53e321391ec0281bbbc74d88a8436dca2a87d197e29fef883f59d;
    uint256 private constant IC_2_X = 0x0ed15f88d058ac5bfcac5ffae8000e45be836a2529378bcab84ea68063ff20ae;
    uint256 private constant IC_2_Y = 0x0380bc8ca36a570c3b4f6fb629d712670c40193414460bc376f39633fd7a835d;
    uint256 private constant IC_3_X = 0x0b4740c092688871eaf927d329c5718737d6831c4c34d1bf4d7371eabf597194;
    uint256 private constant IC_3_Y = 0x161efdfc1a71d3b6b7e0b5b758a3618e306ab88c02e56e54a6fd1d90f600b40f;
    uint256 private constant IC_4_X = 0x25f88f5d85b41d3b148218a005c1dbac35a0adc3991c3b779b13628e6521e6fc;
    uint256 private constant IC_4_Y = 0x011803baf2185c1d04eb299c0bc4bc2d90752c70d05a7b5684fc624a3978176c;
    uint256 private constant IC_5_X = 0x0279d04440cea46e8bfb21fa2ece83e06902815a4cc35f635dbc4500dddcf092;
    uint256 private constant IC_5_Y = 0x134cf7d567fe527e7550fbcfa9e2d57728e607b74212664737e881df622cc153;
    uint256 private constant IC_6_X = 0x0bd2cc9d4726e4bd63870c559809f4415815f1f325db299570072631c632ebc3;
    uint256 private constant IC_6_Y = 0x10348df0a6119afcdc40fe5480df9aa563069f28fd61874846821391f292519c;
    uint256 private constant IC_7_X = 0x1272713234ecd595a4b6399161a361247c1525077c31dfa0008eb297dd6c4fbd;
    uint256 private constant IC_7_Y = 0x2a99054cafcb506c3e5f83be3a71227d7452a309215c3e17bd646806a55a40a2;
    uint256 private constant IC_8_X = 0x1198b04ca5dc23bc8b472a120ca63bff7a2a99da1b03602366bfb6408fb650c4;
    uint256 private constant IC_8_Y = 0x11b7ed299f643cccb34db99166fd8910e25146ac73ae195da4d0b139f38383f4;
    uint256 private constant IC_9_X = 0x0c98cd36ebf818d042b9b4be72f53520861abdc4e8dd0cd7925f87743bf4ac22;
    uint256 private constant IC_9_Y = 0x28e6918e4e2b770ce2eda1feba8f2aecc7e2515b5368161fbaf5c486be444780;
    uint256 private constant IC_10_X = 0x11c3a98baad6b156ea64c94a1d9c607e13307a123ad0e61a9bc9e990c1535259;
    uint256 private constant IC_10_Y = 0x234ac8b57f6483612c61fb6dde07c8baf6cfaaf6f2034674ff1cfc21d26cbb99;
    uint256 private constant IC_11_X = 0x2504bec1cfe620e738c02b26e050a05b7dced35cae259699fd0758e46afdb33b;
    uint256 private constant IC_11_Y = 0x24e550d176a12b46c635e4b35dc3b4702e30000f8779d566c275617d06ac583b;
    uint256 private constant IC_12_X = 0x16ddcf93856e785c7e0a5ec88499171f8d5a1fd5947f526dd51bf83b756b6df1;
    uint256 private constant IC_12_Y = 0x0d6bd52b1d1073a6ecc7059175079f191760832beced161c2bb194d7602cd9bd;
    uint256 private constant IC_13_X = 0x2168121bc8e10b995c1b11d25365a8526fc079ea7c5fefb81b797420ede2de6b;
    uint256 private constant IC_13_Y = 0x098bd5f60e4f58dfad26dfb09b195152da9987065f430f6d8796b2c6ed7ae627;
    uint256 private constant IC_14_X = 0x267e01e000b3d85a42cc6279c756d9c417e73b0e25a3540935619c8ace79d2f4;
    uint256 private constant IC_14_Y = 0x14f379cce6edb2b8d39b82ad13a3e91dc9ec3b102f3d761322904f9a4ccbca05;

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
