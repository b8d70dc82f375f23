// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {
    AcceptingBallotVerifier,
    AcceptingTallyVerifier,
    NamedTallyVerifier,
    NamedVerifier
} from "./AcceptingVerifiers.sol";
import {PollFixture} from "./PollFixture.sol";
import {IBallotVerifier, ITallyVerifier} from "../../contracts/voting/interfaces/IVerifiers.sol";

/// @notice Writes fixtures/election.json and elections.json from fixtures/members.json and many-members.json: `npm run fixtures`. Nothing in the file depends on the
/// verifiers, so it can be written before there are any.
contract WriteElection is PollFixture {
    function deployVerifiers() internal override returns (IBallotVerifier, ITallyVerifier) {
        return (new AcceptingBallotVerifier(), new AcceptingTallyVerifier());
    }

    function deployPollVerifiers() internal override returns (IBallotVerifier, ITallyVerifier) {
        return (new NamedVerifier("ballot-k8-d20", 2), new NamedTallyVerifier("tally-k8-t1", 1));
    }

    function run() external {
        deployElection(DEPLOYER);
        vm.writeFile(ELECTION_FILE, electionJson());
        uint256 id = openManyElection();
        string memory many = venueJson(box, address(governor), id);
        vm.revertToState(beforeElection);
        deployPolls();
        openPolls();
        vm.writeFile(ELECTIONS_FILE, string.concat('{\n"many": ', many, ',\n"polls": ', pollsJson(), "\n}\n"));
    }
}
