// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {IMembers} from "./IMembers.sol";

/// @title IAllowlistElectorate
/// @notice Members admitted by proofs that an address is on a list.
interface IAllowlistElectorate is IMembers {
    /// @notice An address on the list chose its commitment.
    event Claimed(address indexed account, uint256 indexed commitment, uint256 weight);

    /// @notice The list's root is 0.
    error ListRootZero();

    /// @notice The list does not have this address with this weight, or the proof is not its.
    error NotOnTheList(address account, uint256 weight);

    /// @notice The address has claimed its place.
    error AlreadyClaimed(address account);

    /// @notice In a plain electorate every listed weight is 1.
    error WeightNotOne(uint256 weight);

    /// @notice The signature is not the account's, or is for something else.
    error WrongSignature(address account);

    /// @notice The signature is no longer good.
    error SignatureExpired(uint256 deadline, uint256 timestamp);

    /// @notice Admits the sender's commitment with the listed weight. Once for every address.
    /// @param commitment Semaphore v4 identity commitment
    /// @param weight as listed
    /// @param proof siblings of the leaf (address, uint32) in OpenZeppelin's standard Merkle tree
    /// @return index position of the new leaf
    function claim(uint256 commitment, uint32 weight, bytes32[] calldata proof) external returns (uint256 index);

    /// @notice The same for another account, which signed its commitment.
    /// @param account the address on the list
    /// @param deadline last second in which the signature is good
    /// @param signature EIP-712 or ERC-1271, over Claim(address account,uint256 commitment,uint256 deadline)
    function claimFor(
        address account,
        uint256 commitment,
        uint32 weight,
        bytes32[] calldata proof,
        uint256 deadline,
        bytes calldata signature
    ) external returns (uint256 index);

    /// @notice Root of the list, a standard Merkle tree of (address, uint32).
    function listRoot() external view returns (bytes32);

    /// @notice Whether an address has claimed its place.
    function hasClaimed(address account) external view returns (bool);
}
