// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {PollFixture} from "./PollFixture.sol";
import {ProofFixture} from "./ProofFixture.sol";
import {BallotK8D20Verifier} from "../../contracts/generated/BallotK8D20Verifier.sol";
import {TallyK8T1Verifier} from "../../contracts/generated/TallyK8T1Verifier.sol";
import {IElectionBox} from "../../contracts/voting/interfaces/IElectionBox.sol";
import {IBallotVerifier, ITallyVerifier} from "../../contracts/voting/interfaces/IVerifiers.sol";

/// @notice The further elections of fixtures/elections.json with the generated verifiers, and the ballots and tallies that were
/// proven for them (fixtures/many-ballots.json, fixtures/poll-ballots.json).
abstract contract PollProofFixture is ProofFixture, PollFixture {
    string private pollProofs;

    function deployPollVerifiers() internal override returns (IBallotVerifier, ITallyVerifier) {
        return (IBallotVerifier(address(new BallotK8D20Verifier())), ITallyVerifier(address(new TallyK8T1Verifier())));
    }

    function setUpPolls() internal {
        pollProofs = vm.readFile("test/fixtures/poll-ballots.json");
        deployPolls();
        openPolls();
    }

    /// @dev Ballots of members 0, 1 and 2 in a poll.
    function pollBallots(uint256 poll) internal view returns (IElectionBox.Ballot[] memory list) {
        list = new IElectionBox.Ballot[](3);
        for (uint256 i = 0; i < 3; ++i) {
            list[i] = readBallot(pollProofs, string.concat(at(poll, ".ballots["), vm.toString(i), "]"));
        }
    }

    function pollTotals(uint256 poll) internal view returns (uint256[] memory) {
        return vm.parseJsonUintArray(pollProofs, at(poll, ".tally.totals"));
    }

    function pollSums(uint256 poll) internal view returns (uint256[] memory) {
        return vm.parseJsonUintArray(pollProofs, at(poll, ".tally.accumulators"));
    }

    function pollShare(uint256 poll) internal view returns (uint256[] memory) {
        return vm.parseJsonUintArray(pollProofs, at(poll, ".tally.share"));
    }

    function pollProof(uint256 poll) internal view returns (uint256 h, uint256[8] memory proof) {
        h = vm.parseJsonUint(pollProofs, at(poll, ".tally.h"));
        proof = eightWords(pollProofs, at(poll, ".tally.proof"));
    }

    function tallyPoll(uint256 poll) internal {
        (uint256 h, uint256[8] memory proof) = pollProof(poll);
        boxOf(poll).tally(pollIds[poll], 1, pollTotals(poll), h, proof);
    }

    /// @dev The first n ballots of the election of 100 members.
    function manyBallots(uint256 n) internal view returns (IElectionBox.Ballot[] memory list) {
        bytes[] memory lines = vm.parseJsonBytesArray(vm.readFile("test/fixtures/many-ballots.json"), ".ballots");
        list = new IElectionBox.Ballot[](n);
        for (uint256 i = 0; i < n; ++i) {
            uint256[18] memory words = abi.decode(lines[i], (uint256[18]));
            list[i].h = words[0];
            list[i].words = new uint256[](9);
            for (uint256 w = 0; w < 8; ++w) {
                list[i].proof[w] = words[1 + w];
            }
            for (uint256 w = 0; w < 9; ++w) {
                list[i].words[w] = words[9 + w];
            }
        }
    }

    function at(uint256 poll, string memory field) private pure returns (string memory) {
        return string.concat(".polls[", vm.toString(poll), "]", field);
    }
}
