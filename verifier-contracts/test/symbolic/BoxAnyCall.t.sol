// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IElectionBox} from "../../contracts/voting/interfaces/IElectionBox.sol";
import {SymbolicBox} from "./SymbolicBox.sol";

/// @notice The longest of the symbolic checks: minutes, so `make slow` runs them.
contract BoxAnyCallTest is SymbolicBox {
    /// @dev From any contents of the box's storage, by any call of anyone: a spent nullifier stays spent, an open election keeps
    /// its constants. Lists in the call are as long as halmos makes them; the next check has a ballot of the right length.
    function check_AnyCallKeepsWhatIsFixed(address sender, uint256 poll, uint256 nullifier) public {
        keeps(sender, poll, nullifier, svm.createCalldata("PollBox"));
    }

    /// @dev From any contents of the box's storage, by a ballot of anyone with any nullifier, bound to anyone, for any election: a
    /// spent nullifier stays spent, an open election keeps its constants.
    function check_AnyBallotKeepsWhatIsFixed(
        address sender,
        uint256 poll,
        uint256 nullifier,
        uint256 at,
        uint256 own,
        address binding
    ) public {
        IElectionBox.Ballot memory b = ballot(own);
        b.binding = binding;
        keeps(sender, poll, nullifier, abi.encodeCall(IElectionBox.cast, (at, b)));
    }
}
