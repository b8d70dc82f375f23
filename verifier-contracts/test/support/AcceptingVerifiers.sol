// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IBallotVerifier, ITallyVerifier} from "../../contracts/voting/interfaces/IVerifiers.sol";

/// @notice Takes every proof, so that a test of the box's own checks needs none. The tests with proofs use the real verifier.
contract AcceptingBallotVerifier is IBallotVerifier {
    string public CIRCUIT = "ballot-k3-d20";
    uint256 public VERSION = 2;

    function foldConstants(uint256[] calldata) external pure returns (uint256[2] memory) {
        return [uint256(1), 2];
    }

    function verifyFolded(uint256[2] calldata, uint256[8] calldata, uint256[3] calldata) external pure {}

    function verifyFoldedBatch(uint256[2] calldata, uint256[8][] calldata, uint256[3][] calldata) external pure {}
}

/// @notice Takes every proof of a tally.
contract AcceptingTallyVerifier is ITallyVerifier {
    string public CIRCUIT = "tally-k3-t1";
    uint256 public VERSION = 1;

    function verifyProof(uint256[8] calldata, uint256[3] calldata) external pure {}
}

/// @notice Says that it is for whatever circuit it was made for.
contract NamedVerifier is AcceptingBallotVerifier {
    constructor(string memory circuit, uint256 version) {
        CIRCUIT = circuit;
        VERSION = version;
    }
}

/// @notice The same for tallies.
contract NamedTallyVerifier is AcceptingTallyVerifier {
    constructor(string memory circuit, uint256 version) {
        CIRCUIT = circuit;
        VERSION = version;
    }
}
