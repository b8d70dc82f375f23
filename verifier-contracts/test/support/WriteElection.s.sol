// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {AcceptingBallotVerifier, AcceptingTallyVerifier} from "./AcceptingVerifiers.sol";
import {ElectionFixture} from "./ElectionFixture.sol";
import {IBallotVerifier, ITallyVerifier} from "../../contracts/voting/interfaces/IVerifiers.sol";

/// @notice Writes fixtures/election.json from fixtures/members.json: `npm run fixtures`. Nothing in the file depends on the
/// verifiers, so it can be written before there are any.
contract WriteElection is ElectionFixture {
    function deployVerifiers() internal override returns (IBallotVerifier, ITallyVerifier) {
        return (new AcceptingBallotVerifier(), new AcceptingTallyVerifier());
    }

    function run() external {
        deployElection(DEPLOYER);
        vm.writeFile(ELECTION_FILE, electionJson());
    }
}
