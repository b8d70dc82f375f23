// SPDX-License-Identifier: MIT OR Apache-2.0
// Written by `tabella verifier export`. Do not edit: export again instead.
pragma solidity 0.8.30;

/// @title {{ contract }}
/// @notice Checks Groth16 proofs of the circuit `{{ circuit }}`, version {{ version }}, over BN254.
{%- if development %}
/// The key is a DEVELOPMENT key: anyone can forge proofs. It works on local chains only.
{%- else %}
/// The key comes from a ceremony.
{%- endif %}
/// @dev A call that returns means a valid proof; everything else reverts, and a call that runs out of gas reverts without
/// a reason. Words of a proof: A.x, A.y, B.x_im, B.x_re, B.y_im, B.y_re, C.x, C.y.
contract {{ contract }} {
{%- if development %}
    /// @notice This key must not guard anything of value.
    error DevelopmentKeyOnPublicChain(uint256 chainId);
{%~ endif %}
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
    string public constant CIRCUIT = "{{ circuit }}";

    /// @notice Version of the circuit's statement.
    uint256 public constant VERSION = {{ version }};

    /// @notice SHA-256 of the verifying key.
    bytes32 public constant KEY_DIGEST = 0x{{ key_digest }};

    /// @notice Whether this is a development key.
    bool public constant DEVELOPMENT = {{ development }};

    /// @dev Order of the base field: coordinates are below it.
    uint256 private constant Q = 0x{{ q }};

    /// @dev Order of the groups and of the scalar field: inputs are below it.
    uint256 private constant R = 0x{{ r }};

    // The verifying key. alpha, gamma and delta are negated once for all: a proof is valid when
    // e(A, B)·e(-alpha, beta)·e(sum, -gamma)·e(C, -delta) = 1, with sum = IC_0 + input_0·IC_1 + input_1·IC_2 + ...
{%- for (name, value) in points %}
    uint256 private constant {{ name }} = 0x{{ value }};
{%- endfor %}

    /// @dev What a pairing of four must be given for its failure to be an answer: today's price, 45,000 + 4·34,000, of
    /// which a call can pass on 63/64.
    uint256 private constant PAIRING_GAS = 184_000;
{% if development %}
    constructor() {
        if (block.chainid != 31337 && block.chainid != 1337) revert DevelopmentKeyOnPublicChain(block.chainid);
    }
{% endif %}
    /// @notice Reverts unless the proof is valid for all {{ inputs.len() }} public inputs.
    /// @param proof the eight words of the proof
    /// @param inputs {{ inputs_text }}
    function verifyProof(uint256[8] calldata proof, uint256[{{ inputs.len() }}] calldata inputs) external view {
        _checkLength({{ proof_length }});
        for (uint256 i = 0; i < {{ inputs.len() }}; ++i) {
            if (inputs[i] >= R) revert InputNotInField(i, inputs[i]);
        }
        _checkProof(proof);
        uint256[5] memory work = [IC_0_X, IC_0_Y, 0, 0, 0];
{%- for i in 0..inputs.len() %}
        _addProduct(work, IC_{{ i + 1 }}_X, IC_{{ i + 1 }}_Y, inputs[{{ i }}]);
{%- endfor %}
        _checkPairing(proof, work);
    }
{% if constants > 0 %}
    /// @notice Adds up what the constants of an election contribute to the inputs' sum, IC_0 included.
    /// @param constants {{ constants_text }}
    /// @return point the sum, a point of G1 as (x, y)
    function foldConstants(uint256[] calldata constants) external view returns (uint256[2] memory point) {
        if (constants.length != {{ constants }}) revert WrongCalldataLength({{ fold_length }}, msg.data.length);
        _checkLength({{ fold_length }});
        for (uint256 i = 0; i < {{ constants }}; ++i) {
            if (constants[i] >= R) revert InputNotInField(i, constants[i]);
        }
        uint256[5] memory work = [IC_0_X, IC_0_Y, 0, 0, 0];
{%- for i in 0..constants %}
        _addProduct(work, IC_{{ i + 1 }}_X, IC_{{ i + 1 }}_Y, constants[{{ i }}]);
{%- endfor %}
        return [work[0], work[1]];
    }

    /// @notice Reverts unless the proof is valid for the folded constants and the {{ rest }} inputs that follow them.
    /// @param point what `foldConstants` gave; never (0, 0)
    /// @param proof the eight words of the proof
    /// @param inputs {{ rest_text }}
    function verifyFolded(uint256[2] calldata point, uint256[8] calldata proof, uint256[{{ rest }}] calldata inputs)
        external
        view
    {
        _checkLength({{ folded_length }});
        for (uint256 i = 0; i < {{ rest }}; ++i) {
            if (inputs[i] >= R) revert InputNotInField(i, inputs[i]);
        }
        _checkProof(proof);
        // What an empty storage slot would give; the precompiles would take it for the neutral element.
        if (point[0] | point[1] == 0) revert InvalidPoint();
        uint256[5] memory work = [point[0], point[1], 0, 0, 0];
{%- for i in constants..inputs.len() %}
        _addProduct(work, IC_{{ i + 1 }}_X, IC_{{ i + 1 }}_Y, inputs[{{ i - constants }}]);
{%- endfor %}
        _checkPairing(proof, work);
    }
{% endif %}
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
