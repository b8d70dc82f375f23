// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {ElectionFixture} from "./ElectionFixture.sol";
import {BallotK3D20Verifier} from "../../contracts/generated/BallotK3D20Verifier.sol";
import {TallyK3T1Verifier} from "../../contracts/generated/TallyK3T1Verifier.sol";
import {IElectionBox} from "../../contracts/voting/interfaces/IElectionBox.sol";
import {IBallotVerifier, ITallyVerifier} from "../../contracts/voting/interfaces/IVerifiers.sol";

/// @notice The election of fixtures/election.json with the generated verifiers, and the ballots, share and tally that were
/// proven for it by our own prover (fixtures/ballots.json).
abstract contract ProofFixture is ElectionFixture {
    uint256 internal constant Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583;
    uint256 internal constant MEMBERS = 5;

    string private proofs;

    function deployVerifiers() internal override returns (IBallotVerifier, ITallyVerifier) {
        return (IBallotVerifier(address(new BallotK3D20Verifier())), ITallyVerifier(address(new TallyK3T1Verifier())));
    }

    function setUp() public virtual {
        proofs = vm.readFile("test/fixtures/ballots.json");
        deployElection(DEPLOYER);
    }

    /// @dev Ballot of member i, unbound.
    function ballot(uint256 i) internal view returns (IElectionBox.Ballot memory) {
        return readBallot(proofs, string.concat(".ballots[", vm.toString(i), "]"));
    }

    /// @dev One of the other ballots: "again", a second one of member 0; "bound", of member 0, which only RELAYER may send;
    /// "other_chain", "other_box", "other_governor", "other_proposal", "other_root", proven for another place.
    function ballot(string memory name) internal view returns (IElectionBox.Ballot memory) {
        return readBallot(proofs, string.concat(".", name));
    }

    function castAll() internal {
        for (uint256 i = 0; i < MEMBERS; ++i) {
            box.cast(proposalId, ballot(i));
        }
    }

    function shareWords() internal view returns (uint256[] memory) {
        return vm.parseJsonUintArray(proofs, ".tally.share");
    }

    function provenTotals() internal view returns (uint256[] memory) {
        return vm.parseJsonUintArray(proofs, ".tally.totals");
    }

    function provenSums() internal view returns (uint256[] memory) {
        return vm.parseJsonUintArray(proofs, ".tally.accumulators");
    }

    function tallyProof() internal view returns (uint256 h, uint256[8] memory proof) {
        return (vm.parseJsonUint(proofs, ".tally.h"), eightWords(proofs, ".tally.proof"));
    }

    /// @dev Proof of the same totals from the same ballots, for another proposal.
    function otherTallyProof() internal view returns (uint256 h, uint256[8] memory proof) {
        return (vm.parseJsonUint(proofs, ".other_tally.h"), eightWords(proofs, ".other_tally.proof"));
    }

    function tally() internal {
        (uint256 h, uint256[8] memory proof) = tallyProof();
        box.tally(proposalId, 1, provenTotals(), h, proof);
    }

    function readBallot(string memory json, string memory path) internal pure returns (IElectionBox.Ballot memory b) {
        b.binding = vm.parseJsonAddress(json, string.concat(path, ".binding"));
        b.h = vm.parseJsonUint(json, string.concat(path, ".h"));
        b.proof = eightWords(json, string.concat(path, ".proof"));
        b.words = vm.parseJsonUintArray(json, string.concat(path, ".words"));
    }

    function eightWords(string memory json, string memory path) internal pure returns (uint256[8] memory list) {
        uint256[] memory read = vm.parseJsonUintArray(json, path);
        for (uint256 i = 0; i < 8; ++i) {
            list[i] = read[i];
        }
    }

    /// @dev What a ballot's event says of the ballot.
    function digest(IElectionBox.Ballot memory b) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(uint256(uint160(b.binding)), b.h, b.proof, b.words));
    }

    /// @dev The ciphertext of a ballot's words.
    function tail(uint256[] memory words) internal pure returns (uint256[] memory list) {
        list = new uint256[](words.length - 1);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = words[i + 1];
        }
    }
}
