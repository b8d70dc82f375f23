// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IAllowlistElectorate} from "../interfaces/IAllowlistElectorate.sol";
import {IElectorate} from "../interfaces/IElectorate.sol";
import {ElectorateBase} from "./ElectorateBase.sol";
import {MemberTree} from "./MemberTree.sol";

/// @title AllowlistElectorate
/// @notice Every address of a list, fixed at deployment as the root of OpenZeppelin's standard Merkle tree of (address,
/// uint32), may put one commitment into the tree, with its listed weight.
/// @dev The list's leaves are hashed twice, so that no inner node passes for one. Nobody can be removed.
contract AllowlistElectorate is IAllowlistElectorate, MemberTree, EIP712 {
    /// @notice What an account signs for a relayer.
    bytes32 public constant CLAIM_TYPEHASH = keccak256("Claim(address account,uint256 commitment,uint256 deadline)");

    /// @inheritdoc IAllowlistElectorate
    bytes32 public immutable listRoot;

    /// @inheritdoc IAllowlistElectorate
    mapping(address account => bool) public hasClaimed;

    /// @param authority_ the AccessManager that says who may name the box
    /// @param weighted_ whether leaves carry weights
    /// @param unit_ the Governor's votes per unit of weight, 1..2^88
    /// @param listRoot_ root of the list
    constructor(address authority_, bool weighted_, uint256 unit_, bytes32 listRoot_)
        ElectorateBase(authority_, weighted_, unit_)
        EIP712("Tabella Allowlist", "1")
    {
        if (listRoot_ == 0) revert ListRootZero();
        listRoot = listRoot_;
    }

    /// @inheritdoc IAllowlistElectorate
    function claim(uint256 commitment, uint32 weight, bytes32[] calldata proof) external returns (uint256) {
        return _claim(msg.sender, commitment, weight, proof);
    }

    /// @inheritdoc IAllowlistElectorate
    /// @dev The signature names the commitment, so a relayer cannot put in its own; and a claim is made once, so it cannot
    /// be used again.
    function claimFor(
        address account,
        uint256 commitment,
        uint32 weight,
        bytes32[] calldata proof,
        uint256 deadline,
        bytes calldata signature
    ) external returns (uint256) {
        if (block.timestamp > deadline) revert SignatureExpired(deadline, block.timestamp);
        bytes32 signed = _hashTypedDataV4(keccak256(abi.encode(CLAIM_TYPEHASH, account, commitment, deadline)));
        if (!SignatureChecker.isValidSignatureNowCalldata(account, signed, signature)) revert WrongSignature(account);
        return _claim(account, commitment, weight, proof);
    }

    /// @inheritdoc IElectorate
    function kind() external pure returns (string memory) {
        return "allowlist";
    }

    /// @dev Takes an account's only claim.
    function _claim(address account, uint256 commitment, uint32 weight, bytes32[] calldata proof)
        private
        returns (uint256)
    {
        if (hasClaimed[account]) revert AlreadyClaimed(account);
        if (!weighted && weight != 1) revert WeightNotOne(weight);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(account, weight))));
        if (!MerkleProof.verifyCalldata(proof, listRoot, leaf)) revert NotOnTheList(account, weight);
        hasClaimed[account] = true;
        emit Claimed(account, commitment, weight);
        return _admit(commitment, weight);
    }
}
