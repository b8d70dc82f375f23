// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IElectionBox} from "../../contracts/voting/interfaces/IElectionBox.sol";
import {SymbolicBox} from "./SymbolicBox.sol";

/// @notice The window and nullifier rules of the box's core, for all times, nullifiers and senders at once: `halmos` executes
/// these symbolically (`make test`).
contract BoxRulesTest is SymbolicBox {
    // ---- windows

    /// @dev Whatever the poll's times are, a ballot that is counted came when it was open.
    function check_Attack28_NoBallotOutsideItsWindow(uint48 opens, uint48 closes, uint256 openAt, uint256 castAt)
        public
    {
        vm.assume(opens >= START && closes >= uint256(opens) + 2 && closes < type(uint48).max - TALLY_PERIOD);
        vm.assume(openAt < type(uint48).max && castAt < type(uint64).max);
        uint256 poll = create(opens, closes, TALLY_PERIOD);
        vm.warp(openAt);
        bool opened = tryOpen(poll);
        if (opened) assert(openAt > opens && openAt < closes);
        vm.warp(castAt);
        if (tryCast(poll, 1)) assert(opened && castAt < closes);
    }

    /// @dev A batch is no way around it.
    function check_Attack28_NoBatchOutsideItsWindow(uint256 castAt) public {
        vm.warp(OPENS + 1);
        box.open(id);
        vm.warp(castAt);
        IElectionBox.Ballot[] memory list = new IElectionBox.Ballot[](2);
        (list[0], list[1]) = (ballot(1), ballot(2));
        (bool done,) = address(box).call(abi.encodeCall(IElectionBox.castBatch, (id, list)));
        if (done) assert(castAt < CLOSES);
    }

    /// @dev Not before the close, not after the last second, not twice.
    function check_Attack28_NoTallyOutsideItsWindow(uint256 first, uint256 second) public {
        openWithBallots();
        vm.warp(first);
        bool done = tryTally();
        assert(done == (first >= CLOSES && first <= uint256(CLOSES) + TALLY_PERIOD));
        vm.warp(second);
        if (done) assert(!tryTally());
    }

    /// @dev The same for a trustee's share, which would give the sums away.
    function check_Attack28_NoShareOutsideItsWindow(uint256 at, address sender) public {
        openWithBallots();
        vm.warp(at);
        vm.prank(sender);
        (bool done,) = address(box).call(abi.encodeCall(IElectionBox.postShare, (id, 0, new uint256[](8))));
        if (done) assert(at >= CLOSES && at <= uint256(CLOSES) + TALLY_PERIOD && sender == address(0x725));
    }

    /// @dev Below the turnout there is never a tally.
    function check_Attack35_NoTallyBelowTheTurnout(uint256 at) public {
        vm.warp(OPENS + 1);
        box.open(id);
        box.cast(id, ballot(1));
        vm.warp(at);
        assert(!tryTally());
    }

    // ---- nullifiers

    /// @dev Any nullifier, at any time, from anyone: once.
    function check_Attack02_ASpentNullifierNeverCastsAgain(uint256 nullifier, uint256 at, address sender) public {
        vm.warp(OPENS + 1);
        box.open(id);
        if (!tryCast(id, nullifier)) return;
        assert(box.isSpent(id, nullifier));
        vm.warp(at);
        vm.prank(sender);
        assert(!tryCast(id, nullifier));
        assert(box.election(id).ballots == 1);
    }

    /// @dev In a batch a spent nullifier is skipped: nothing is counted, nothing summed.
    function check_Attack02_ASpentNullifierIsSkippedInABatch(uint256 nullifier, address sender) public {
        vm.warp(OPENS + 1);
        box.open(id);
        if (!tryCast(id, nullifier)) return;
        bytes32 before = keccak256(abi.encode(box.accumulators(id)));
        IElectionBox.Ballot[] memory list = new IElectionBox.Ballot[](2);
        (list[0], list[1]) = (ballot(nullifier), ballot(nullifier));
        vm.prank(sender);
        box.castBatch(id, list);
        assert(box.election(id).ballots == 1);
        assert(keccak256(abi.encode(box.accumulators(id))) == before);
    }

    /// @dev One batch cannot count a nullifier twice either.
    function check_Attack02_ABatchCountsANullifierOnce(uint256 first, uint256 second) public {
        vm.warp(OPENS + 1);
        box.open(id);
        IElectionBox.Ballot[] memory list = new IElectionBox.Ballot[](2);
        (list[0], list[1]) = (ballot(first), ballot(second));
        (bool done,) = address(box).call(abi.encodeCall(IElectionBox.castBatch, (id, list)));
        if (done) assert(box.election(id).ballots == (first == second ? 1 : 2));
    }

    // ---- any state, any call

    /// @dev The checks say "if it succeeds"; with these values everything does. Run by forge.
    function test_TheChecksAreNotVacuous() public {
        openWithBallots();
        assertTrue(box.isSpent(id, 1) && tryCast(id, 3) && !tryCast(id, 3));
        vm.warp(CLOSES);
        assertTrue(tryTally());
        uint256 poll = create(CLOSES, CLOSES + 10, TALLY_PERIOD);
        vm.warp(CLOSES + 1);
        assertTrue(tryOpen(poll) && tryCast(poll, 1));
    }
}
