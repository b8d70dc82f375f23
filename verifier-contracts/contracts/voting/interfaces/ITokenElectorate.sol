// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IMembers} from "./IMembers.sol";

/// @title ITokenElectorate
/// @notice Members admitted by locking tokens.
interface ITokenElectorate is IMembers {
    /// @dev Tokens on their way back.
    struct Release {
        address owner;
        uint48 at;
        uint256 amount;
    }

    /// @notice Tokens were locked for a commitment.
    event Locked(address indexed owner, uint256 indexed commitment, uint256 amount);

    /// @notice A member left; the tokens can be withdrawn from a second on.
    event Unlocked(address indexed owner, uint256 indexed commitment, uint256 indexed id, uint256 amount, uint256 at);

    /// @notice The tokens are with their owner again.
    event Withdrawn(address indexed owner, uint256 indexed id, uint256 amount);

    /// @notice There is no contract where the token should be.
    error TokenWithoutCode(address token);

    /// @notice An amount must be a whole number of units, from 1 to 2^32 - 1 of them.
    error AmountNotInUnits(uint256 amount, uint256 unit);

    /// @notice The token took a fee, or moved another amount than it was told.
    error AmountNotReceived(uint256 expected, uint256 received);

    /// @notice Only who locked the tokens may unlock or withdraw them.
    error NotTheOwner(address owner, address caller);

    /// @notice The tokens are not free yet.
    error StillLocked(uint256 at, uint256 timestamp);

    /// @notice There is nothing to withdraw under this number.
    error NothingToWithdraw(uint256 id);

    /// @notice The cooling period is shorter than the time from a snapshot to the end of the vote in the box's Governor.
    error CoolingTooShort(uint256 cooling, uint256 needed);

    /// @notice The cooling period is longer than 366 days.
    error CoolingTooLong(uint256 cooling);

    /// @notice Locks tokens of the sender, who must have approved them, and admits the commitment with weight amount / unit.
    /// @return index position of the new leaf
    function lock(uint256 amount, uint256 commitment) external returns (uint256 index);

    /// @notice Removes the member now and lets its tokens go after the cooling period.
    /// @param siblings the leaf's siblings, from the leaves up, within the complete subtree that holds it
    /// @return id what `withdraw` needs
    function unlock(uint256 commitment, uint256[] calldata siblings) external returns (uint256 id);

    /// @notice Pays tokens back to their owner, after the cooling period.
    function withdraw(uint256 id) external;

    /// @notice The token.
    function token() external view returns (IERC20);

    /// @notice Seconds from `unlock` to `withdraw`.
    function cooling() external view returns (uint256);

    /// @notice Who locked tokens for a commitment, 0 where nobody did.
    function ownerOf(uint256 commitment) external view returns (address);

    /// @notice Tokens on their way back.
    function releases(uint256 id) external view returns (Release memory);
}
