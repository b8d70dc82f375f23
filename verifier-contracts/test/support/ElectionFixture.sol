// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {DaoFixture} from "./DaoFixture.sol";
import {IElectionBox} from "../../contracts/voting/interfaces/IElectionBox.sol";

/// @notice The DAO with its one election open, and the file that proofs for it are made from.
abstract contract ElectionFixture is DaoFixture {
    string internal constant ELECTION_FILE = "test/fixtures/election.json";
    string internal constant DESCRIPTION = "Pay one ether to the payee";

    uint256 internal proposalId;

    /// @dev State with the members admitted and nothing proposed.
    uint256 internal beforeElection;

    function deployElection(address deployer) internal {
        deployDao(deployer);
        beforeElection = vm.snapshotState();
        openElection();
    }

    function openElection() internal {
        vm.warp(START + 60);
        proposalId = propose(DESCRIPTION);
        warpToActive(proposalId);
        box.open(proposalId);
    }

    /// @dev What a prover needs to know of the election. Numbers that may pass 2^53 are decimal strings.
    function electionJson() internal view returns (string memory) {
        IElectionBox.ElectionView memory e = box.election(proposalId);
        string memory first = string.concat(
            '{\n  "chain_id": ',
            vm.toString(block.chainid),
            _text("box", vm.toString(address(box))),
            _text("governor", vm.toString(address(governor))),
            _text("committee", vm.toString(address(committee))),
            _text("proposal_id", vm.toString(proposalId))
        );
        string memory second = string.concat(
            _text("root", vm.toString(e.root)),
            _text("size", vm.toString(e.size)),
            _text("scope", vm.toString(e.scope)),
            _text("rule", vm.toString(e.rule)),
            _text("term", vm.toString(e.term))
        );
        string memory third = string.concat(
            _text("election", vm.toString(box.electionId(proposalId))),
            _text("context", vm.toString(box.tallyContext(proposalId))),
            _text("relayer", vm.toString(RELAYER)),
            "\n}\n"
        );
        return string.concat(first, second, third);
    }

    function _text(string memory name, string memory value) internal pure returns (string memory) {
        return string.concat(',\n  "', name, '": "', value, '"');
    }
}
