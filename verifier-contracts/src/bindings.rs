//! The part of the contracts' ABI that this program calls, typed.
//!
//! Written by hand rather than generated from the whole ABIs: it reads as a list of what is used and compiles in a second. A
//! test compares every function and event with the committed artifacts, results included.
#![allow(missing_docs, clippy::too_many_arguments, reason = "the macro writes what the ABI says")]

mod audit;

use alloy::sol;

pub use audit::{DataRoot, IAuditRegistry, IDataRegistry, IMilestoneTreasury, IModelRegistry, IPolicyRegistry};

sol! {
    #[sol(abi)]
    #[derive(Debug, PartialEq, Eq)]
    interface IAccessManager {
        function setTargetFunctionRole(address target, bytes4[] calldata selectors, uint64 roleId) external;
        function grantRole(uint64 roleId, address account, uint32 executionDelay) external;
        function renounceRole(uint64 roleId, address callerConfirmation) external;
        function labelRole(uint64 roleId, string calldata label) external;
        function hasRole(uint64 roleId, address account) external view returns (bool isMember, uint32 executionDelay);
    }

    #[sol(abi)]
    #[derive(Debug, PartialEq, Eq)]
    interface IElectorate {
        event MemberAdmitted(uint256 indexed index, uint256 indexed commitment, uint256 weight, uint256 leaf);
        event MemberRemoved(uint256 indexed index, uint256 indexed commitment, uint256 weight);
        function setBox(address box) external;
        function add(uint256 commitment) external returns (uint256 index);
        function addWeighted(uint256 commitment, uint32 weight) external returns (uint256 index);
        function addMany(uint256[] calldata commitments) external returns (uint256 first);
        function addManyWeighted(uint256[] calldata commitments, uint32[] calldata weights) external returns (uint256 first);
        function remove(uint256 commitment, uint256[] calldata siblings) external;
        function kind() external view returns (string memory);
        function root() external view returns (uint256);
        function size() external view returns (uint256);
        function totalWeight() external view returns (uint256);
        function weighted() external view returns (bool);
        function unit() external view returns (uint256);
        function box() external view returns (address);
    }

    #[sol(abi)]
    #[derive(Debug, PartialEq, Eq)]
    interface IAllowlistElectorate {
        function claim(uint256 commitment, uint32 weight, bytes32[] calldata proof) external returns (uint256 index);
        function claimFor(
            address account, uint256 commitment, uint32 weight, bytes32[] calldata proof, uint256 deadline, bytes calldata signature
        ) external returns (uint256 index);
        function listRoot() external view returns (bytes32);
        function hasClaimed(address account) external view returns (bool);
    }

    #[sol(abi)]
    #[derive(Debug, PartialEq, Eq)]
    interface ITokenElectorate {
        struct Release { address owner; uint48 at; uint256 amount; }
        event Unlocked(address indexed owner, uint256 indexed commitment, uint256 indexed id, uint256 amount, uint256 at);
        function lock(uint256 amount, uint256 commitment) external returns (uint256 index);
        function unlock(uint256 commitment, uint256[] calldata siblings) external returns (uint256 id);
        function withdraw(uint256 id) external;
        function token() external view returns (address);
        function cooling() external view returns (uint256);
        function ownerOf(uint256 commitment) external view returns (address);
        function releases(uint256 id) external view returns (Release memory);
    }

    #[sol(abi)]
    #[derive(Debug, PartialEq, Eq)]
    interface ISemaphoreElectorate {
        event GroupSynced(uint256 indexed groupId, uint256 root, uint256 size);
        function sync() external returns (uint256 root, uint256 size);
        function semaphore() external view returns (address);
        function groupId() external view returns (uint256);
        function maxAge() external view returns (uint256);
    }

    #[sol(abi)]
    #[derive(Debug, PartialEq, Eq)]
    interface IPublishedElectorate {
        event ElectoratePublished(
            uint256 indexed number, uint256 root, uint256 size, uint256 totalWeight, bytes32 digest, string uri
        );
        function publish(uint256 root, uint256 size, uint256 totalWeight, bytes32 digest, string calldata uri)
            external returns (uint256 number);
        function publications() external view returns (uint256);
        function digest() external view returns (bytes32);
    }

    /// What is read of a Semaphore v4 contract.
    #[sol(abi)]
    #[derive(Debug, PartialEq, Eq)]
    interface ISemaphore {
        event MemberAdded(uint256 indexed groupId, uint256 index, uint256 identityCommitment, uint256 merkleTreeRoot);
        event MembersAdded(uint256 indexed groupId, uint256 startIndex, uint256[] identityCommitments, uint256 merkleTreeRoot);
        event MemberUpdated(
            uint256 indexed groupId, uint256 index, uint256 identityCommitment, uint256 newIdentityCommitment, uint256 merkleTreeRoot
        );
        event MemberRemoved(uint256 indexed groupId, uint256 index, uint256 identityCommitment, uint256 merkleTreeRoot);
        function getGroupAdmin(uint256 groupId) external view returns (address);
        function getMerkleTreeRoot(uint256 groupId) external view returns (uint256);
        function getMerkleTreeSize(uint256 groupId) external view returns (uint256);
    }

    /// What is called of a token with votes.
    #[sol(abi)]
    #[derive(Debug, PartialEq, Eq)]
    interface IToken {
        function approve(address spender, uint256 value) external returns (bool);
        function allowance(address owner, address spender) external view returns (uint256);
        function balanceOf(address account) external view returns (uint256);
        function getVotes(address account) external view returns (uint256);
        function CLOCK_MODE() external view returns (string memory);
    }

    #[sol(abi)]
    #[derive(Debug, PartialEq, Eq)]
    interface ITimelock {
        function grantRole(bytes32 role, address account) external;
        function renounceRole(bytes32 role, address callerConfirmation) external;
        function hasRole(bytes32 role, address account) external view returns (bool);
        function getMinDelay() external view returns (uint256);
    }

    #[sol(abi)]
    #[derive(Debug, PartialEq, Eq)]
    interface ICommittee {
        function openTerm(address[] calldata trustees, uint256 threshold, uint256[2][] calldata keys, uint256[2][] calldata eighths)
            external returns (uint256 term);
        function trusteeOf(uint256 term, uint256 trustee) external view returns (address);
        function keys(uint256 term, uint256 trustee) external view returns (uint256[2][] memory);
    }

    #[sol(abi)]
    #[derive(Debug, PartialEq, Eq)]
    interface ITabellaGovernor {
        event ProposalCreated(
            uint256 proposalId, address proposer, address[] targets, uint256[] values, string[] signatures,
            bytes[] calldatas, uint256 voteStart, uint256 voteEnd, string description
        );
        function propose(address[] calldata targets, uint256[] calldata values, bytes[] calldata calldatas, string calldata description)
            external returns (uint256);
        function queue(address[] calldata targets, uint256[] calldata values, bytes[] calldata calldatas, bytes32 descriptionHash)
            external returns (uint256);
        function execute(address[] calldata targets, uint256[] calldata values, bytes[] calldata calldatas, bytes32 descriptionHash)
            external payable returns (uint256);
        function hashProposal(address[] calldata targets, uint256[] calldata values, bytes[] calldata calldatas, bytes32 descriptionHash)
            external pure returns (uint256);
        function state(uint256 proposalId) external view returns (uint8);
        function proposalSnapshot(uint256 proposalId) external view returns (uint256);
        function proposalDeadline(uint256 proposalId) external view returns (uint256);
        function proposalEta(uint256 proposalId) external view returns (uint256);
        function proposalVotes(uint256 proposalId) external view returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes);
        function quorum(uint256 timepoint) external view returns (uint256);
        function votingDelay() external view returns (uint256);
        function votingPeriod() external view returns (uint256);
    }

    #[sol(abi)]
    #[derive(Debug, PartialEq, Eq)]
    interface IBallotBox {
        struct Ballot { address binding; uint256 h; uint256[8] proof; uint256[] words; }
        struct Config { uint64 rule; uint64 term; uint32 tallyPeriod; uint32 minTurnout; }
        struct ElectionView {
            uint256 root;
            uint256 size;
            uint256 totalWeight;
            uint256 scope;
            uint256 rule;
            uint256 term;
            uint256[] keys;
            uint256[2] foldedConstants;
            uint48 opened;
            uint48 closes;
            uint48 tallyBy;
            uint32 minTurnout;
            uint32 ballots;
            bool tallied;
            bool resultCast;
        }
        enum Status { Unopened, Open, Closed, BelowTurnout, Expired, Tallied, ResultCast }

        event ElectionOpened(
            uint256 indexed proposalId, uint256 root, uint256 size, uint256 scope, uint256 rule, uint256 term,
            uint256[] keys, uint48 opened, uint48 closes, uint48 tallyBy
        );
        event BallotCast(uint256 indexed proposalId, uint256 indexed nullifier, bytes32 digest, uint256[] ciphertext);
        event BallotSkipped(uint256 indexed proposalId, uint256 indexed nullifier);
        event SharePosted(uint256 indexed proposalId, uint256 indexed trustee, bytes32 digest, uint256[] share);

        function open(uint256 proposalId) external;
        function cast(uint256 proposalId, Ballot calldata ballot) external;
        function castBatch(uint256 proposalId, Ballot[] calldata ballots) external;
        function MAX_BATCH() external view returns (uint256);
        function OPTIONS() external view returns (uint256);
        function postShare(uint256 proposalId, uint256 trustee, uint256[] calldata share) external;
        function tally(uint256 proposalId, uint256 subset, uint256[] calldata totals_, uint256 h, uint256[8] calldata proof) external;
        function castResult(uint256 proposalId) external;
        function configuration() external view returns (Config memory);
        function status(uint256 proposalId) external view returns (Status);
        function election(uint256 proposalId) external view returns (ElectionView memory);
        function accumulators(uint256 proposalId) external view returns (uint256[] memory);
        function totals(uint256 proposalId) external view returns (uint256[] memory);
        function isSpent(uint256 proposalId, uint256 nullifier) external view returns (bool);
        function governor() external view returns (address);
        function electorate() external view returns (address);
        function committee() external view returns (address);
        function ballotVerifier() external view returns (address);
        function tallyVerifier() external view returns (address);
    }

    #[sol(abi)]
    #[derive(Debug, PartialEq, Eq)]
    interface IPollBox {
        struct PollConfig { uint64 rule; uint64 term; uint48 opens; uint48 closes; uint32 tallyPeriod; uint32 minTurnout; }
        event PollCreated(uint256 indexed pollId, address indexed creator, uint256 nonce, string description, PollConfig config);
        function create(string calldata description, PollConfig calldata config) external returns (uint256 pollId);
        function open(uint256 pollId) external;
        function poll(uint256 pollId) external view returns (PollConfig memory config);
        function polls() external view returns (uint256);
        function electorate() external view returns (address);
        function committee() external view returns (address);
        function ballotVerifier() external view returns (address);
        function tallyVerifier() external view returns (address);
        function OPTIONS() external view returns (uint256);
    }

    #[sol(abi)]
    #[derive(Debug, PartialEq, Eq)]
    interface IVerifier {
        function CIRCUIT() external view returns (string memory);
        function VERSION() external view returns (uint256);
        function KEY_DIGEST() external view returns (bytes32);
        function DEVELOPMENT() external view returns (bool);
    }
}

#[cfg(test)]
mod tests {
    use alloy::json_abi::{Event, Function, JsonAbi};

    use super::*;
    use crate::artifact::Contract;

    fn types(params: &[alloy::json_abi::Param]) -> Vec<String> {
        params.iter().map(|param| param.selector_type().into_owned()).collect()
    }

    fn has_function(abi: &JsonAbi, ours: &Function) -> bool {
        let same = |theirs: &&Function| {
            theirs.selector() == ours.selector()
                && types(&theirs.outputs) == types(&ours.outputs)
                && (theirs.state_mutability == ours.state_mutability || is_read(theirs) && is_read(ours))
        };
        abi.functions().any(|theirs| same(&theirs))
    }

    fn is_read(function: &Function) -> bool {
        use alloy::json_abi::StateMutability::{Pure, View};
        matches!(function.state_mutability, Pure | View)
    }

    fn has_event(abi: &JsonAbi, ours: &Event) -> bool {
        let indexed = |event: &Event| event.inputs.iter().map(|input| input.indexed).collect::<Vec<_>>();
        abi.events().any(|theirs| theirs.selector() == ours.selector() && indexed(theirs) == indexed(ours))
    }

    /// What of `ours` is not in the artifact.
    fn missing(contract: Contract, ours: &JsonAbi) -> Vec<String> {
        let abi = &contract.artifact().expect("the artifact is committed").abi;
        let functions = ours.functions().filter(|f| !has_function(abi, f)).map(Function::signature);
        let events = ours.events().filter(|e| !has_event(abi, e)).map(Event::signature);
        functions.chain(events).map(|what| format!("{}.{what}", contract.name())).collect()
    }

    /// What both boxes have, and callers of either reach through the binding of the first.
    fn shared() -> JsonAbi {
        let mut abi = IBallotBox::abi::contract();
        for own in ["configuration", "castResult", "governor"] {
            abi.functions.remove(own).expect("it is bound");
        }
        abi
    }

    #[test]
    fn every_binding_is_in_the_artifact() {
        let pairs = [
            (Contract::AccessManager, IAccessManager::abi::contract()),
            (Contract::Electorate, IElectorate::abi::contract()),
            (Contract::AllowlistElectorate, IAllowlistElectorate::abi::contract()),
            (Contract::TokenElectorate, ITokenElectorate::abi::contract()),
            (Contract::SemaphoreElectorate, ISemaphoreElectorate::abi::contract()),
            (Contract::PublishedElectorate, IPublishedElectorate::abi::contract()),
            (Contract::TimelockController, ITimelock::abi::contract()),
            (Contract::Committee, ICommittee::abi::contract()),
            (Contract::TabellaGovernor, ITabellaGovernor::abi::contract()),
            (Contract::BallotBox, IBallotBox::abi::contract()),
            (Contract::PollBox, IPollBox::abi::contract()),
            (Contract::PollBox, shared()),
            (Contract::BallotK3D20Verifier, IVerifier::abi::contract()),
            (Contract::TallyK3T1Verifier, IVerifier::abi::contract()),
            (Contract::BallotK8D20Verifier, IVerifier::abi::contract()),
            (Contract::TallyK8T1Verifier, IVerifier::abi::contract()),
            (Contract::ModelRegistry, IModelRegistry::abi::contract()),
            (Contract::PolicyRegistry, IPolicyRegistry::abi::contract()),
            (Contract::DataRegistry, IDataRegistry::abi::contract()),
            (Contract::AuditRegistry, IAuditRegistry::abi::contract()),
            (Contract::MilestoneTreasury, IMilestoneTreasury::abi::contract()),
            (Contract::ShardLinearR205Verifier, IVerifier::abi::contract()),
            (Contract::VerdictS160Verifier, IVerifier::abi::contract()),
        ];
        let absent: Vec<String> = pairs.iter().flat_map(|(contract, abi)| missing(*contract, abi)).collect();
        assert_eq!(absent, Vec::<String>::new());
    }

    #[test]
    fn a_binding_that_differs_is_noticed() {
        let mut abi = ICommittee::abi::contract();
        let keys = abi.functions.get_mut("keys").expect("it is bound");
        keys[0].outputs.clear();
        assert_eq!(missing(Contract::Committee, &abi), ["Committee.keys(uint256,uint256)"]);
    }
}
