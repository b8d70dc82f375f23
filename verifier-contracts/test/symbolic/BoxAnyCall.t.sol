// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {SymbolicBox} from "./SymbolicBox.sol";

/// @notice The longest of the symbolic checks: minutes, so `make slow` runs it.
contract BoxAnyCallTest is SymbolicBox {
    /// @dev From any contents of the box's storage, by any call of anyone: a spent nullifier stays spent, an open election keeps
    /// its constants. Lists in the call are as long as halmos makes them; BoxRules.t.sol has ballots of the right length.
    function check_AnyCallKeepsWhatIsFixed(address sender, uint256 poll, uint256 nullifier) public {
        keeps(sender, poll, nullifier, svm.createCalldata("PollBox"));
    }
}
