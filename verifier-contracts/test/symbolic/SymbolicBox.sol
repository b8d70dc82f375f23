// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {PollBox} from "../../contracts/voting/PollBox.sol";
import {ICommittee} from "../../contracts/voting/interfaces/ICommittee.sol";
import {IElectionBox} from "../../contracts/voting/interfaces/IElectionBox.sol";
import {IElectorate} from "../../contracts/voting/interfaces/IElectorate.sol";
import {IPollBox} from "../../contracts/voting/interfaces/IPollBox.sol";
import {AcceptingBallotVerifier, AcceptingTallyVerifier} from "../support/AcceptingVerifiers.sol";
import {SymbolicParts, Svm} from "./SymbolicParts.sol";

/// @notice A poll box among stand-ins, and calls of it. The poll box is used because it has no Governor around the core.
/// @dev Pairings and modular inversions are beyond a solver, so the verifiers, which take every proof, and the Committee, which
/// checks keys by them, are stand-ins (SymbolicParts.sol); sums become unknown numbers, and nothing here is about them.
abstract contract SymbolicBox is Test {
    Svm internal constant svm = Svm(address(uint160(uint256(keccak256("svm cheat code")))));
    uint64 internal constant RULE = (1 << 1) | (7 << 16) | (1 << 32);
    uint256 internal constant START = 1_800_000_000;

    PollBox internal box;
    uint256 internal id;
    uint48 internal constant OPENS = uint48(START + 10);
    uint48 internal constant CLOSES = uint48(START + 1000);
    uint32 internal constant TALLY_PERIOD = 500;

    function setUp() public {
        vm.warp(START);
        address parts = address(new SymbolicParts());
        (IElectorate electorate, ICommittee committee) = (IElectorate(parts), ICommittee(parts));
        box = new PollBox(parts, electorate, committee, new AcceptingBallotVerifier(), new AcceptingTallyVerifier(), 3);
        id = create(OPENS, CLOSES, TALLY_PERIOD);
    }

    function keeps(address sender, uint256 poll, uint256 nullifier, bytes memory data) internal {
        svm.enableSymbolicStorage(address(box));
        vm.warp(svm.createUint(48, "now"));
        bool spent = box.isSpent(poll, nullifier);
        (bool opened, bytes32 before) = constants(poll);
        vm.prank(sender);
        (bool done,) = address(box).call(data);
        if (!done) return;
        if (spent) assert(box.isSpent(poll, nullifier));
        if (!opened) return;
        (bool still, bytes32 afterwards) = constants(poll);
        assert(still && afterwards == before);
    }

    function create(uint48 opens, uint48 closes, uint32 period) internal returns (uint256) {
        return box.create("?", IPollBox.PollConfig(RULE, 1, opens, closes, period, 2));
    }

    function openWithBallots() internal {
        vm.warp(OPENS + 1);
        box.open(id);
        box.cast(id, ballot(1));
        box.cast(id, ballot(2));
    }

    function ballot(uint256 nullifier) internal pure returns (IElectionBox.Ballot memory b) {
        b.words = new uint256[](9);
        b.words[0] = nullifier;
        for (uint256 i = 2; i < 9; i += 2) {
            b.words[i] = 1;
        }
    }

    function tryOpen(uint256 poll) internal returns (bool done) {
        (done,) = address(box).call(abi.encodeCall(IElectionBox.open, (poll)));
    }

    function tryCast(uint256 poll, uint256 nullifier) internal returns (bool done) {
        (done,) = address(box).call(abi.encodeCall(IElectionBox.cast, (poll, ballot(nullifier))));
    }

    function tryTally() internal returns (bool done) {
        uint256[8] memory proof;
        (done,) = address(box).call(abi.encodeCall(IElectionBox.tally, (id, 1, new uint256[](3), 0, proof)));
    }

    function constants(uint256 poll) internal view returns (bool opened, bytes32) {
        if (box.status(poll) == IElectionBox.Status.Unopened) return (false, 0);
        IElectionBox.ElectionView memory e = box.election(poll);
        return (true, keccak256(abi.encode(e.root, e.size, e.scope, e.rule, e.term, e.opened, e.closes, e.tallyBy)));
    }
}
