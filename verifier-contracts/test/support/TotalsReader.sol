// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IElectionBox} from "../../contracts/voting/interfaces/IElectionBox.sol";

/// @notice A contract that acts on a poll: it takes the winner once the totals are proven, and knows nothing of ballots.
contract TotalsReader {
    IElectionBox private immutable box;
    uint256 private immutable poll;

    /// @notice The poll has no totals yet.
    error Undecided(IElectionBox.Status status);

    constructor(IElectionBox box_, uint256 poll_) {
        (box, poll) = (box_, poll_);
    }

    /// @notice The first option with the most votes.
    function winner() external view returns (uint256 best) {
        IElectionBox.Status status = box.status(poll);
        if (status != IElectionBox.Status.Tallied) revert Undecided(status);
        uint256[] memory totals = box.totals(poll);
        for (uint256 k = 1; k < totals.length; ++k) {
            if (totals[k] > totals[best]) best = k;
        }
    }
}
