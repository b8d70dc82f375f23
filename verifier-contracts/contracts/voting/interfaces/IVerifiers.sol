// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// @title ICircuitVerifier
/// @notice What every generated verifier says about itself.
interface ICircuitVerifier {
    /// @notice Name of the circuit, for example "ballot-k3-d20".
    function CIRCUIT() external view returns (string memory);

    /// @notice Version of the circuit's statement.
    function VERSION() external view returns (uint256);
}

/// @title IFoldedVerifier
/// @notice A generated verifier whose leading public inputs are constants, folded into a point once.
interface IFoldedVerifier is ICircuitVerifier {
    /// @notice Adds up the constants' part of the public inputs: once per election, engagement or policy.
    /// @param constants the circuit's leading public inputs, in the order of the statement page, each < r
    /// @return point the sum, a point of BN254's G1 as (x, y)
    function foldConstants(uint256[] calldata constants) external view returns (uint256[2] memory point);

    /// @notice Reverts unless the proof is valid for the folded constants and the three inputs that follow them.
    /// @param point what `foldConstants` gave
    /// @param proof A.x, A.y, B.x_im, B.x_re, B.y_im, B.y_re, C.x, C.y
    /// @param inputs the other public inputs: h, gamma, e of a ballot and of a verdict; digest, index, counts of a shard
    function verifyFolded(uint256[2] calldata point, uint256[8] calldata proof, uint256[3] calldata inputs)
        external
        view;

    /// @notice Reverts unless every proof is valid for the folded constants and its own three inputs, in one pairing.
    /// @param point what `foldConstants` gave
    /// @param proofs for each A.x, A.y, B.x_im, B.x_re, B.y_im, B.y_re, C.x, C.y; at least one
    /// @param inputs for each the other public inputs
    function verifyFoldedBatch(uint256[2] calldata point, uint256[8][] calldata proofs, uint256[3][] calldata inputs)
        external
        view;
}

/// @title IBallotVerifier
/// @notice A generated verifier of a ballot circuit, `ballot-k3-d20` or `ballot-k8-d20`.
interface IBallotVerifier is IFoldedVerifier {}

/// @title ITallyVerifier
/// @notice A generated verifier of a tally circuit, `tally-k3-t1` or `tally-k8-t1`.
interface ITallyVerifier is ICircuitVerifier {
    /// @notice Reverts unless the proof is valid for the inputs.
    /// @param proof A.x, A.y, B.x_im, B.x_re, B.y_im, B.y_re, C.x, C.y
    /// @param inputs h, gamma, e
    function verifyProof(uint256[8] calldata proof, uint256[3] calldata inputs) external view;
}
