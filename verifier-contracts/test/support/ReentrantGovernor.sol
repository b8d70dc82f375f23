// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IBallotBox} from "../../contracts/voting/interfaces/IBallotBox.sol";

/// @notice Stands where the Governor stood, and calls the box back while the box casts its result.
contract ReentrantGovernor {
    function castVoteWithReasonAndParams(uint256 proposalId, uint8, string calldata, bytes calldata)
        external
        returns (uint256)
    {
        IBallotBox(msg.sender).castResult(proposalId);
        return 0;
    }
}
