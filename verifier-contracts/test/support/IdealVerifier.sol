// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IFoldedVerifier} from "../../contracts/voting/interfaces/IVerifiers.sol";

/// @notice Takes a proof exactly for the statement that it was made for: the first word names the folded constants and the inputs.
/// For tests of what contracts do with statements; the tests with proofs use the generated verifiers.
contract IdealVerifier is IFoldedVerifier {
    error ProofInvalid();

    string public CIRCUIT;
    uint256 public VERSION;

    constructor(string memory circuit, uint256 version) {
        (CIRCUIT, VERSION) = (circuit, version);
    }

    function foldConstants(uint256[] calldata constants) external view returns (uint256[2] memory) {
        return [uint256(keccak256(abi.encode(CIRCUIT, constants))), 1];
    }

    function verifyFolded(uint256[2] calldata point, uint256[8] calldata proof, uint256[3] calldata inputs)
        external
        pure
    {
        _verify(point, proof, inputs);
    }

    function verifyFoldedBatch(uint256[2] calldata point, uint256[8][] calldata proofs, uint256[3][] calldata inputs)
        external
        pure
    {
        require(proofs.length == inputs.length && proofs.length != 0, "unequal batch");
        for (uint256 i = 0; i < proofs.length; ++i) {
            _verify(point, proofs[i], inputs[i]);
        }
    }

    function _verify(uint256[2] calldata point, uint256[8] calldata proof, uint256[3] calldata inputs) private pure {
        if (proof[0] != uint256(keccak256(abi.encode(point, inputs)))) revert ProofInvalid();
    }
}
