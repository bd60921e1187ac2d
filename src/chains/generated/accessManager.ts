// Generated from the Solidity sources, do not edit: npm run contracts:generate

export const accessManagerAbi = [
  {
    inputs: [{ internalType: 'address', name: 'initialAdmin', type: 'address' }],
    stateMutability: 'nonpayable',
    type: 'constructor',
  },
  {
    inputs: [{ internalType: 'bytes32', name: 'operationId', type: 'bytes32' }],
    name: 'AccessManagerAlreadyScheduled',
    type: 'error',
  },
  { inputs: [], name: 'AccessManagerBadConfirmation', type: 'error' },
  {
    inputs: [{ internalType: 'bytes32', name: 'operationId', type: 'bytes32' }],
    name: 'AccessManagerExpired',
    type: 'error',
  },
  {
    inputs: [{ internalType: 'address', name: 'initialAdmin', type: 'address' }],
    name: 'AccessManagerInvalidInitialAdmin',
    type: 'error',
  },
  {
    inputs: [{ internalType: 'bytes4', name: 'selector', type: 'bytes4' }],
    name: 'AccessManagerLockedFunction',
    type: 'error',
  },
  {
    inputs: [{ internalType: 'uint64', name: 'roleId', type: 'uint64' }],
    name: 'AccessManagerLockedRole',
    type: 'error',
  },
  {
    inputs: [{ internalType: 'bytes32', name: 'operationId', type: 'bytes32' }],
    name: 'AccessManagerNotReady',
    type: 'error',
  },
  {
    inputs: [{ internalType: 'bytes32', name: 'operationId', type: 'bytes32' }],
    name: 'AccessManagerNotScheduled',
    type: 'error',
  },
  {
    inputs: [
      { internalType: 'address', name: 'msgsender', type: 'address' },
      { internalType: 'uint64', name: 'roleId', type: 'uint64' },
    ],
    name: 'AccessManagerUnauthorizedAccount',
    type: 'error',
  },
  {
    inputs: [
      { internalType: 'address', name: 'caller', type: 'address' },
      { internalType: 'address', name: 'target', type: 'address' },
      { internalType: 'bytes4', name: 'selector', type: 'bytes4' },
    ],
    name: 'AccessManagerUnauthorizedCall',
    type: 'error',
  },
  {
    inputs: [
      { internalType: 'address', name: 'msgsender', type: 'address' },
      { internalType: 'address', name: 'caller', type: 'address' },
      { internalType: 'address', name: 'target', type: 'address' },
      { internalType: 'bytes4', name: 'selector', type: 'bytes4' },
    ],
    name: 'AccessManagerUnauthorizedCancel',
    type: 'error',
  },
  {
    inputs: [{ internalType: 'address', name: 'target', type: 'address' }],
    name: 'AccessManagerUnauthorizedConsume',
    type: 'error',
  },
  { inputs: [{ internalType: 'address', name: 'target', type: 'address' }], name: 'AddressEmptyCode', type: 'error' },
  { inputs: [], name: 'FailedCall', type: 'error' },
  {
    inputs: [
      { internalType: 'uint256', name: 'balance', type: 'uint256' },
      { internalType: 'uint256', name: 'needed', type: 'uint256' },
    ],
    name: 'InsufficientBalance',
    type: 'error',
  },
  {
    inputs: [
      { internalType: 'uint8', name: 'bits', type: 'uint8' },
      { internalType: 'uint256', name: 'value', type: 'uint256' },
    ],
    name: 'SafeCastOverflowedUintDowncast',
    type: 'error',
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: 'bytes32', name: 'operationId', type: 'bytes32' },
      { indexed: true, internalType: 'uint32', name: 'nonce', type: 'uint32' },
    ],
    name: 'OperationCanceled',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: 'bytes32', name: 'operationId', type: 'bytes32' },
      { indexed: true, internalType: 'uint32', name: 'nonce', type: 'uint32' },
    ],
    name: 'OperationExecuted',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: 'bytes32', name: 'operationId', type: 'bytes32' },
      { indexed: true, internalType: 'uint32', name: 'nonce', type: 'uint32' },
      { indexed: false, internalType: 'uint48', name: 'schedule', type: 'uint48' },
      { indexed: false, internalType: 'address', name: 'caller', type: 'address' },
      { indexed: false, internalType: 'address', name: 'target', type: 'address' },
      { indexed: false, internalType: 'bytes', name: 'data', type: 'bytes' },
    ],
    name: 'OperationScheduled',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: 'uint64', name: 'roleId', type: 'uint64' },
      { indexed: true, internalType: 'uint64', name: 'admin', type: 'uint64' },
    ],
    name: 'RoleAdminChanged',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: 'uint64', name: 'roleId', type: 'uint64' },
      { indexed: false, internalType: 'uint32', name: 'delay', type: 'uint32' },
      { indexed: false, internalType: 'uint48', name: 'since', type: 'uint48' },
    ],
    name: 'RoleGrantDelayChanged',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: 'uint64', name: 'roleId', type: 'uint64' },
      { indexed: true, internalType: 'address', name: 'account', type: 'address' },
      { indexed: false, internalType: 'uint32', name: 'delay', type: 'uint32' },
      { indexed: false, internalType: 'uint48', name: 'since', type: 'uint48' },
      { indexed: false, internalType: 'bool', name: 'newMember', type: 'bool' },
    ],
    name: 'RoleGranted',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: 'uint64', name: 'roleId', type: 'uint64' },
      { indexed: true, internalType: 'uint64', name: 'guardian', type: 'uint64' },
    ],
    name: 'RoleGuardianChanged',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: 'uint64', name: 'roleId', type: 'uint64' },
      { indexed: false, internalType: 'string', name: 'label', type: 'string' },
    ],
    name: 'RoleLabel',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: 'uint64', name: 'roleId', type: 'uint64' },
      { indexed: true, internalType: 'address', name: 'account', type: 'address' },
    ],
    name: 'RoleRevoked',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: 'address', name: 'target', type: 'address' },
      { indexed: false, internalType: 'uint32', name: 'delay', type: 'uint32' },
      { indexed: false, internalType: 'uint48', name: 'since', type: 'uint48' },
    ],
    name: 'TargetAdminDelayUpdated',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: 'address', name: 'target', type: 'address' },
      { indexed: false, internalType: 'bool', name: 'closed', type: 'bool' },
    ],
    name: 'TargetClosed',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: 'address', name: 'target', type: 'address' },
      { indexed: false, internalType: 'bytes4', name: 'selector', type: 'bytes4' },
      { indexed: true, internalType: 'uint64', name: 'roleId', type: 'uint64' },
    ],
    name: 'TargetFunctionRoleUpdated',
    type: 'event',
  },
  {
    inputs: [],
    name: 'ADMIN_ROLE',
    outputs: [{ internalType: 'uint64', name: '', type: 'uint64' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [],
    name: 'PUBLIC_ROLE',
    outputs: [{ internalType: 'uint64', name: '', type: 'uint64' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'caller', type: 'address' },
      { internalType: 'address', name: 'target', type: 'address' },
      { internalType: 'bytes4', name: 'selector', type: 'bytes4' },
    ],
    name: 'canCall',
    outputs: [
      { internalType: 'bool', name: 'immediate', type: 'bool' },
      { internalType: 'uint32', name: 'delay', type: 'uint32' },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'caller', type: 'address' },
      { internalType: 'address', name: 'target', type: 'address' },
      { internalType: 'bytes', name: 'data', type: 'bytes' },
    ],
    name: 'cancel',
    outputs: [{ internalType: 'uint32', name: '', type: 'uint32' }],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'caller', type: 'address' },
      { internalType: 'bytes', name: 'data', type: 'bytes' },
    ],
    name: 'consumeScheduledOp',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'target', type: 'address' },
      { internalType: 'bytes', name: 'data', type: 'bytes' },
    ],
    name: 'execute',
    outputs: [{ internalType: 'uint32', name: '', type: 'uint32' }],
    stateMutability: 'payable',
    type: 'function',
  },
  {
    inputs: [],
    name: 'expiration',
    outputs: [{ internalType: 'uint32', name: '', type: 'uint32' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'uint64', name: 'roleId', type: 'uint64' },
      { internalType: 'address', name: 'account', type: 'address' },
    ],
    name: 'getAccess',
    outputs: [
      { internalType: 'uint48', name: 'since', type: 'uint48' },
      { internalType: 'uint32', name: 'currentDelay', type: 'uint32' },
      { internalType: 'uint32', name: 'pendingDelay', type: 'uint32' },
      { internalType: 'uint48', name: 'effect', type: 'uint48' },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [{ internalType: 'bytes32', name: 'id', type: 'bytes32' }],
    name: 'getNonce',
    outputs: [{ internalType: 'uint32', name: '', type: 'uint32' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [{ internalType: 'uint64', name: 'roleId', type: 'uint64' }],
    name: 'getRoleAdmin',
    outputs: [{ internalType: 'uint64', name: '', type: 'uint64' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [{ internalType: 'uint64', name: 'roleId', type: 'uint64' }],
    name: 'getRoleGrantDelay',
    outputs: [{ internalType: 'uint32', name: '', type: 'uint32' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [{ internalType: 'uint64', name: 'roleId', type: 'uint64' }],
    name: 'getRoleGuardian',
    outputs: [{ internalType: 'uint64', name: '', type: 'uint64' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [{ internalType: 'bytes32', name: 'id', type: 'bytes32' }],
    name: 'getSchedule',
    outputs: [{ internalType: 'uint48', name: '', type: 'uint48' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [{ internalType: 'address', name: 'target', type: 'address' }],
    name: 'getTargetAdminDelay',
    outputs: [{ internalType: 'uint32', name: '', type: 'uint32' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'target', type: 'address' },
      { internalType: 'bytes4', name: 'selector', type: 'bytes4' },
    ],
    name: 'getTargetFunctionRole',
    outputs: [{ internalType: 'uint64', name: '', type: 'uint64' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'uint64', name: 'roleId', type: 'uint64' },
      { internalType: 'address', name: 'account', type: 'address' },
      { internalType: 'uint32', name: 'executionDelay', type: 'uint32' },
    ],
    name: 'grantRole',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'uint64', name: 'roleId', type: 'uint64' },
      { internalType: 'address', name: 'account', type: 'address' },
    ],
    name: 'hasRole',
    outputs: [
      { internalType: 'bool', name: 'isMember', type: 'bool' },
      { internalType: 'uint32', name: 'executionDelay', type: 'uint32' },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'caller', type: 'address' },
      { internalType: 'address', name: 'target', type: 'address' },
      { internalType: 'bytes', name: 'data', type: 'bytes' },
    ],
    name: 'hashOperation',
    outputs: [{ internalType: 'bytes32', name: '', type: 'bytes32' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [{ internalType: 'address', name: 'target', type: 'address' }],
    name: 'isTargetClosed',
    outputs: [{ internalType: 'bool', name: '', type: 'bool' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'uint64', name: 'roleId', type: 'uint64' },
      { internalType: 'string', name: 'label', type: 'string' },
    ],
    name: 'labelRole',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [],
    name: 'minSetback',
    outputs: [{ internalType: 'uint32', name: '', type: 'uint32' }],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [{ internalType: 'bytes[]', name: 'data', type: 'bytes[]' }],
    name: 'multicall',
    outputs: [{ internalType: 'bytes[]', name: 'results', type: 'bytes[]' }],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'uint64', name: 'roleId', type: 'uint64' },
      { internalType: 'address', name: 'callerConfirmation', type: 'address' },
    ],
    name: 'renounceRole',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'uint64', name: 'roleId', type: 'uint64' },
      { internalType: 'address', name: 'account', type: 'address' },
    ],
    name: 'revokeRole',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'target', type: 'address' },
      { internalType: 'bytes', name: 'data', type: 'bytes' },
      { internalType: 'uint48', name: 'when', type: 'uint48' },
    ],
    name: 'schedule',
    outputs: [
      { internalType: 'bytes32', name: 'operationId', type: 'bytes32' },
      { internalType: 'uint32', name: 'nonce', type: 'uint32' },
    ],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'uint64', name: 'roleId', type: 'uint64' },
      { internalType: 'uint32', name: 'newDelay', type: 'uint32' },
    ],
    name: 'setGrantDelay',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'uint64', name: 'roleId', type: 'uint64' },
      { internalType: 'uint64', name: 'admin', type: 'uint64' },
    ],
    name: 'setRoleAdmin',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'uint64', name: 'roleId', type: 'uint64' },
      { internalType: 'uint64', name: 'guardian', type: 'uint64' },
    ],
    name: 'setRoleGuardian',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'target', type: 'address' },
      { internalType: 'uint32', name: 'newDelay', type: 'uint32' },
    ],
    name: 'setTargetAdminDelay',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'target', type: 'address' },
      { internalType: 'bool', name: 'closed', type: 'bool' },
    ],
    name: 'setTargetClosed',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'target', type: 'address' },
      { internalType: 'bytes4[]', name: 'selectors', type: 'bytes4[]' },
      { internalType: 'uint64', name: 'roleId', type: 'uint64' },
    ],
    name: 'setTargetFunctionRole',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      { internalType: 'address', name: 'target', type: 'address' },
      { internalType: 'address', name: 'newAuthority', type: 'address' },
    ],
    name: 'updateAuthority',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
] as const;

export const accessManagerBytecode =
  '0x6080604052346102b757604051601f61367838819003918201601f19168301916001600160401b0383118484101761015a578084926020946040528339810103126102b757516001600160a01b038116908190036102b75780156102a4575f8181525f5160206136385f395f51905f52602052604090205465ffffffffffff161580156101825765ffffffffffff610096426102bb565b1665ffffffffffff811161016e578060405191604083019383851060018060401b0386111761015a5760409485529183525f60208085018281528783525f5160206136385f395f51905f529091529481209351845495516001600160a01b031990961665ffffffffffff919091161760309590951b600160301b600160a01b0316949094179092555f5160206136585f395f51905f52916060915b65ffffffffffff604051928684521660208301526040820152a360405161334d90816102eb8239f35b634e487b7160e01b5f52604160045260245ffd5b634e487b7160e01b5f52601160045260245ffd5b5f8281525f5160206136385f395f51905f526020526040902054906101a6426102bb565b63ffffffff8360301c169265ffffffffffff808260701c1692168211155f146102925750505b63ffffffff8216801561028b5763ffffffff811161016e575b65ffffffffffff63ffffffff6101fa426102bb565b921691160165ffffffffffff811161016e575f8481525f5160206136385f395f51905f52602090815260408083208054600160301b600160a01b0319169185901b6dffffffffffff0000000000000000169690921b67ffffffff00000000169590951760301b600160301b600160a01b0316949094179093555f5160206136585f395f51905f529160609190610131565b505f6101e5565b63ffffffff9060501c169250506101cc565b630409d6d160e11b5f525f60045260245ffd5b5f80fd5b65ffffffffffff81116102d35765ffffffffffff1690565b6306dfcc6560e41b5f52603060045260245260445ffdfe60806040526004361015610011575f80fd5b5f5f3560e01c806308d6122d14611d195780630b0a93ba14611cb457806312be872714611c73578063167bd39514611b9857806318ff183c14611ab95780631cff79cd146118ea57806325c471a0146114c15780633078f1141461144857806330cae1871461136a5780633adc277a1461131d5780633ca7c02a146112dc5780634136a33c1461128b5780634665096d1461124f5780634c1da1e2146111ff578063529629521461110d578063530dd456146110985780636d5115bd14610ff457806375b238fc14610fba578063853551b814610ec757806394c7d7ee14610d65578063a166aa8914610cf1578063a64d95ce14610b8c578063abd9bd2a14610b67578063ac9650d8146108e6578063b70096131461086b578063b7d2b1621461081a578063cc1b6c81146107de578063d1f856ee1461077b578063d22b59891461065a578063d6bb62c6146104e3578063f801a698146102105763fe0776f51461017a575f80fd5b3461020d5760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d576101b1611f20565b6101b9611ecc565b903373ffffffffffffffffffffffffffffffffffffffff8316036101e557906101e191612979565b5080f35b6004837f5f159e63000000000000000000000000000000000000000000000000000000008152fd5b80fd5b503461020d5760607ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d57610248611ea9565b9060243567ffffffffffffffff81116104df57610269903690600401611f4e565b919060443565ffffffffffff81168091036104db5761028a84838733612644565b90506102a663ffffffff61029d42613305565b92168092612504565b901580156104c0575b61044a579065ffffffffffff80921690818082119118021816906102d58482873361223b565b93848452600260205265ffffffffffff6040852054168015159081610439575b5061040d5760409584936103fe87947f82a2da5dee54ea8021c6545b4444620291e07ee83be6dd57edb175062715f3b494868b99526002602052600163ffffffff8a8a205460301c160163ffffffff81169989898c9b52600260205281812065ffffffffffff88167fffffffffffffffffffffffffffffffffffffffffffffffffffff000000000000825416179055898152600260205220907fffffffffffffffffffffffffffffffffffffffffffff00000000ffffffffffff69ffffffff00000000000083549260301b16911617905573ffffffffffffffffffffffffffffffffffffffff8b519586958652336020870152168b8501526080606085015260808401916121fd565b0390a382519182526020820152f35b602484867f813e9459000000000000000000000000000000000000000000000000000000008252600452fd5b6104439150612923565b155f6102f5565b6064847fffffffff000000000000000000000000000000000000000000000000000000008873ffffffffffffffffffffffffffffffffffffffff61048e8a89612698565b917f81c6f24b000000000000000000000000000000000000000000000000000000008552336004521660245216604452fd5b5081151580156102af575065ffffffffffff811682106102af565b8280fd5b5080fd5b503461020d576104f236611ffe565b909392916105008286612698565b9161050d8187848761223b565b95868652600260205265ffffffffffff604087205416155f1461055657602486887f60a299b0000000000000000000000000000000000000000000000000000000008252600452fd5b90610562918386612a5a565b156105de576020848680825260028352604082207fffffffffffffffffffffffffffffffffffffffffffffffffffff00000000000081541690558082526002835263ffffffff604083205460301c1680917fbd9ac67a6e2f6463b80927326310338bcbb4bdb7936ce1365ea3e01067e7b9f76040519480a38152f35b6040517f3fe2751c00000000000000000000000000000000000000000000000000000000815233600482015273ffffffffffffffffffffffffffffffffffffffff9384166024820152921660448301527fffffffff00000000000000000000000000000000000000000000000000000000166064820152608490fd5b503461020d5760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d57610692611ea9565b7fa56b76017453f399ec2327ba00375dbfb1fd070ff854341ad6191e6a2e2de19c73ffffffffffffffffffffffffffffffffffffffff6106d0611feb565b926106d961254f565b169182845283602052610703816dffffffffffffffffffffffffffff60016040882001541661326d565b9190848652856020526dffffffffffffffffffffffffffff6001604088200191167fffffffffffffffffffffffffffffffffffff00000000000000000000000000008254161790556107756040519283928390929165ffffffffffff60209163ffffffff604085019616845216910152565b0390a280f35b503461020d5760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d576107c46107b6611f20565b6107be611ecc565b906124d8565b60408051921515835263ffffffff91909116602083015290f35b503461020d57807ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d576020604051620697808152f35b503461020d5760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d576101e1610855611f20565b61085d611ecc565b9061086661254f565b612979565b503461020d5760607ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d576108a3611ea9565b6108ab611ecc565b604435917fffffffff00000000000000000000000000000000000000000000000000000000831683036108e2576107c4935061230a565b8380fd5b503461020d5760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d5760043567ffffffffffffffff81116104df57610936903690600401611eef565b90602060405161094682826120c2565b848152818101917fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0810136843761097c856122b1565b9361098a60405195866120c2565b8585527fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe06109b7876122b1565b01875b818110610b5857505086907fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe181360301915b87811015610aa4578060051b82013583811215610aa05782019081359167ffffffffffffffff8311610a9c5785018236038113610a9c5782610a7a610a80928d898c6001986040519687958487013784018281018481528e519283915e0101908152037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe081018352826120c2565b30612957565b610a8a828a6122c9565b52610a9581896122c9565b50016109ec565b8a80fd5b8980fd5b88848860405191808301818452825180915260408401918060408360051b870101940192865b838810610ad75786860387f35b9091929394838080837fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc08b600196030187527fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f838c518051918291828752018686015e8885828601015201160101970193019701969093929193610aca565b606087820185015283016109ba565b503461020d576020610b84610b7b36611ffe565b9291909161223b565b604051908152f35b503461020d5760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d57610bc4611f20565b67ffffffffffffffff610bd5611feb565b91610bde61254f565b169067ffffffffffffffff8214610cc5577ffeb69018ee8b8fd50ea86348f1267d07673379f72cffdeccec63853ee8ce8b48908284526001602052610c3d816dffffffffffffffffffffffffffff600160408820015460801c1661326d565b9190848652600160205260016040872001907fffff0000000000000000000000000000ffffffffffffffffffffffffffffffff7dffffffffffffffffffffffffffff0000000000000000000000000000000083549260801b1691161790556107756040519283928390929165ffffffffffff60209163ffffffff604085019616845216910152565b602483837f1871a90c000000000000000000000000000000000000000000000000000000008252600452fd5b503461020d5760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d576020610d5b610d2e611ea9565b73ffffffffffffffffffffffffffffffffffffffff165f525f60205260ff600160405f20015460701c1690565b6040519015158152f35b503461020d57610d7436611f7c565b916040517f8fb36037000000000000000000000000000000000000000000000000000000008152602081600481335afa908115610ebc578591610e3d575b507fffffffff000000000000000000000000000000000000000000000000000000007f8fb3603700000000000000000000000000000000000000000000000000000000911603610e115791610e0c916101e193339061223b565b6126c6565b6024847f320ff74800000000000000000000000000000000000000000000000000000000815233600452fd5b90506020813d602011610eb4575b81610e58602093836120c2565b81010312610eb057517fffffffff0000000000000000000000000000000000000000000000000000000081168103610eb0577fffffffff00000000000000000000000000000000000000000000000000000000610db2565b8480fd5b3d9150610e4b565b6040513d87823e3d90fd5b503461020d5760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d57610eff611f20565b6024359067ffffffffffffffff82116104db57610f2967ffffffffffffffff923690600401611f4e565b929091610f3461254f565b169182158015610fa9575b610f7d57907f1256f5b5ecb89caec12db449738f2fbcd1ba5806cf38f35413f4e5c15bf6a450916107756040519283926020845260208401916121fd565b602484847f1871a90c000000000000000000000000000000000000000000000000000000008252600452fd5b5067ffffffffffffffff8314610f3f565b503461020d57807ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d57602090604051908152f35b503461020d5760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d5761102c611ea9565b602435907fffffffff0000000000000000000000000000000000000000000000000000000082168092036104db5760209267ffffffffffffffff9273ffffffffffffffffffffffffffffffffffffffff6040931682528185528282209082528452205416604051908152f35b503461020d5760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d5760206110fb6110d5611f20565b67ffffffffffffffff165f52600160205267ffffffffffffffff600160405f2001541690565b67ffffffffffffffff60405191168152f35b503461020d5760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d57611145611f20565b67ffffffffffffffff611156611f37565b9161115f61254f565b1690811580156111ee575b610cc55767ffffffffffffffff9082845260016020526001604085200180547fffffffffffffffffffffffffffffffff0000000000000000ffffffffffffffff6fffffffffffffffff00000000000000008460401b16911617905516907f7a8059630b897b5de4c08ade69f8b90c3ead1f8596d62d10b6c4d14a0afb4ae28380a380f35b5067ffffffffffffffff821461116a565b503461020d5760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d57602061124161123c611ea9565b6121c1565b63ffffffff60405191168152f35b503461020d57807ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d57602060405162093a808152f35b503461020d5760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d5763ffffffff6040602092600435815260028452205460301c16604051908152f35b503461020d57807ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d57602060405167ffffffffffffffff8152f35b503461020d5760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d57602061135a600435612197565b65ffffffffffff60405191168152f35b503461020d5760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d576113a2611f20565b67ffffffffffffffff6113b3611f37565b916113bc61254f565b169081158015611437575b610cc55767ffffffffffffffff908284526001602052600160408520018282167fffffffffffffffffffffffffffffffffffffffffffffffff000000000000000082541617905516907f1fd6dd7631312dfac2205b52913f99de03b4d7e381d5d27d3dbfe0713e6e63408380a380f35b5067ffffffffffffffff82146113c7565b503461020d5760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d57608063ffffffff65ffffffffffff816114a0611492611f20565b61149a611ecc565b90612130565b93929590918560405197168752166020860152166040840152166060820152f35b503461020d5760607ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261020d576114f9611f20565b611501611ecc565b906044359163ffffffff83168093036108e25761151c61254f565b67ffffffffffffffff61152e83612089565b92169167ffffffffffffffff83146118be5782855260016020526040852073ffffffffffffffffffffffffffffffffffffffff83165f5260205265ffffffffffff60405f2054161590815f146116e6576115989063ffffffff61159042613305565b911690612504565b6040516040810181811067ffffffffffffffff8211176116b9579265ffffffffffff73ffffffffffffffffffffffffffffffffffffffff936116a27ff98448b987f1428e0e230e1f3c6e2ce15b5693eaf31827fbd0b1ec4b424ae7cf97946dffffffffffffffffffffffffffff8b60408e60609b82528787168552602085019283528d81526001602052208989165f52602052858060405f20945116167fffffffffffffffffffffffffffffffffffffffffffffffffffff00000000000084541617835551167fffffffffffffffffffffffff0000000000000000000000000000ffffffffffff73ffffffffffffffffffffffffffff00000000000083549260301b169116179055565b60405198895216602088015260408701521693a380f35b6024887f4e487b710000000000000000000000000000000000000000000000000000000081526041600452fd5b5082855260016020526040852073ffffffffffffffffffffffffffffffffffffffff83165f5260205261172f6dffffffffffffffffffffffffffff60405f205460301c166128e6565b50508463ffffffff82168181115f14611860570363ffffffff8111611833579260609265ffffffffffff73ffffffffffffffffffffffffffffffffffffffff9361182e67ffffffff000000006117b563ffffffff7ff98448b987f1428e0e230e1f3c6e2ce15b5693eaf31827fbd0b1ec4b424ae7cf9a5b166117b042613305565b612504565b9260201b166dffffffffffff00000000000000008360401b16178a17898c52600160205260408c208787165f5260205260405f20907fffffffffffffffffffffffff0000000000000000000000000000ffffffffffff73ffffffffffffffffffffffffffff00000000000083549260301b169116179055565b6116a2565b6024877f4e487b710000000000000000000000000000000000000000000000000000000081526011600452fd5b50507ff98448b987f1428e0e230e1f3c6e2ce15b5693eaf31827fbd0b1ec4b424ae7cf9260609265ffffffffffff73ffffffffffffffffffffffffffffffffffffffff9361182e67ffffffff000000006117b563ffffffff8d6117a6565b602485847f1871a90c000000000000000000000000000000000000000000000000000000008252600452fd5b506118f436611f7c565b909161190282848333612644565b93901580611aab575b611a675761191b8382843361223b565b63ffffffff86951615801590611a4e575b611a3c575b506003549261198a6119438284612698565b849073ffffffffffffffffffffffffffffffffffffffff7fffffffff0000000000000000000000000000000000000000000000000000000092165f521660205260405f2090565b60035567ffffffffffffffff8111611a0f57604051916119d2601f83017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe016602001846120c2565b8183523682820111611a0b579560208284938299836119f9989701378301015234916127f7565b5060035563ffffffff60405191168152f35b8680fd5b6024867f4e487b710000000000000000000000000000000000000000000000000000000081526041600452fd5b611a479194506126c6565b925f611931565b5065ffffffffffff611a5f82612197565b16151561192c565b849173ffffffffffffffffffffffffffffffffffffffff61048e6064957fffffffff0000000000000000000000000000000000000000000000000000000094612698565b5063ffffffff84161561190b565b5034611b945760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112611b9457611af1611ea9565b73ffffffffffffffffffffffffffffffffffffffff611b0e611ecc565b91611b1761254f565b1690813b15611b945773ffffffffffffffffffffffffffffffffffffffff60245f928360405195869485937f7a9e5e4b0000000000000000000000000000000000000000000000000000000085521660048401525af18015611b8957611b7b575080f35b611b8791505f906120c2565b005b6040513d5f823e3d90fd5b5f80fd5b34611b945760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112611b9457611bcf611ea9565b60243590811515809203611b9457602073ffffffffffffffffffffffffffffffffffffffff7f90d4e7bb7e5d933792b3562e1741306f8be94837e1348dacef9b6f1df56eb13892611c1e61254f565b1692835f525f8252600160405f200180547fffffffffffffffffffffffffffffffffff00ffffffffffffffffffffffffffff6eff00000000000000000000000000008460701b169116179055604051908152a2005b34611b945760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112611b94576020611241611caf611f20565b612089565b34611b945760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112611b945760206110fb611cf0611f20565b67ffffffffffffffff165f52600160205267ffffffffffffffff600160405f20015460401c1690565b34611b945760607ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112611b9457611d50611ea9565b60243567ffffffffffffffff8111611b9457611d70903690600401611eef565b91906044359067ffffffffffffffff8216809203611b9457611d9393929361254f565b73ffffffffffffffffffffffffffffffffffffffff5f9416935b83811015611b87578060051b8201357fffffffff000000000000000000000000000000000000000000000000000000008116809103611b94577f7a9e5e4b000000000000000000000000000000000000000000000000000000008114611e7e579083867f9ea6790c7dadfd01c9f8b9762b3682607af2c7e79e05a9f9fdf5580dde9491516020600195835f525f825260405f20815f52825260405f20857fffffffffffffffffffffffffffffffffffffffffffffffff0000000000000000825416179055604051908152a301611dad565b7ff4744e4a000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b6004359073ffffffffffffffffffffffffffffffffffffffff82168203611b9457565b6024359073ffffffffffffffffffffffffffffffffffffffff82168203611b9457565b9181601f84011215611b945782359167ffffffffffffffff8311611b94576020808501948460051b010111611b9457565b6004359067ffffffffffffffff82168203611b9457565b6024359067ffffffffffffffff82168203611b9457565b9181601f84011215611b945782359167ffffffffffffffff8311611b945760208381860195010111611b9457565b9060407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc830112611b945760043573ffffffffffffffffffffffffffffffffffffffff81168103611b9457916024359067ffffffffffffffff8211611b9457611fe791600401611f4e565b9091565b6024359063ffffffff82168203611b9457565b60607ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc820112611b945760043573ffffffffffffffffffffffffffffffffffffffff81168103611b94579160243573ffffffffffffffffffffffffffffffffffffffff81168103611b9457916044359067ffffffffffffffff8211611b9457611fe791600401611f4e565b67ffffffffffffffff165f5260016020526120bd6dffffffffffffffffffffffffffff600160405f20015460801c166128e6565b505090565b90601f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0910116810190811067ffffffffffffffff82111761210357604052565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b9067ffffffffffffffff65ffffffffffff9392165f52600160205273ffffffffffffffffffffffffffffffffffffffff60405f2091165f5260205260405f20549061218d6dffffffffffffffffffffffffffff8360301c166128e6565b9490931693909291565b5f52600260205265ffffffffffff60405f2054166121b481612923565b156121be57505f90565b90565b73ffffffffffffffffffffffffffffffffffffffff165f525f6020526120bd6dffffffffffffffffffffffffffff600160405f200154166128e6565b601f82602094937fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe093818652868601375f8582860101520116010190565b929061227f73ffffffffffffffffffffffffffffffffffffffff936122ab9360405195869481602087019916895216604085015260608085015260808401916121fd565b037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe081018352826120c2565b51902090565b67ffffffffffffffff81116121035760051b60200190565b80518210156122dd5760209160051b010190565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b91909161233e8373ffffffffffffffffffffffffffffffffffffffff165f525f60205260ff600160405f20015460701c1690565b1561234c575050505f905f90565b73ffffffffffffffffffffffffffffffffffffffff811630036123be57506123b890600354929073ffffffffffffffffffffffffffffffffffffffff7fffffffff0000000000000000000000000000000000000000000000000000000092165f521660205260405f2090565b14905f90565b919291907fffffffff00000000000000000000000000000000000000000000000000000000167f7a9e5e4b000000000000000000000000000000000000000000000000000000008103612449575061242763ffffffff8061241f819461249b565b9390966121c1565b9216911690818082119118021816915f146124425781159190565b5f91508190565b73ffffffffffffffffffffffffffffffffffffffff6124889394165f525f60205260405f20905f5260205267ffffffffffffffff60405f2054166124d8565b9190156124425763ffffffff8216159190565b906124ad65ffffffffffff925f612130565b5050921680151590816124bf57509190565b905065ffffffffffff6124d142613305565b1610159190565b67ffffffffffffffff818116036124f25750506001905f90565b65ffffffffffff92916124ad91612130565b9065ffffffffffff8091169116019065ffffffffffff821161252257565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b6125593633612b82565b90156125625750565b63ffffffff166125b15767ffffffffffffffff61257e36612ce8565b5090507ff07e038f000000000000000000000000000000000000000000000000000000005f52336004521660245260445ffd5b612641604051602081019033825230604082015260608082015261263981602060808201368152365f838301375f8236830101527fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f3601160101037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe081018352826120c2565b5190206126c6565b50565b9092919073ffffffffffffffffffffffffffffffffffffffff8416300361266f57611fe79350612c74565b919290600484101561268557505050505f905f90565b611fe79361269291612698565b9161230a565b90600411611b9457357fffffffff000000000000000000000000000000000000000000000000000000001690565b5f81815260026020526040902054909190603081901c63ffffffff169065ffffffffffff168061271c57837f60a299b0000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b65ffffffffffff61272c42613305565b1681111561276057837f18cb6b7a000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b61276d9093919293612923565b6127cc578190805f52600260205260405f207fffffffffffffffffffffffffffffffffffffffffffffffffffff00000000000081541690557f76a2a46953689d4861a5d3f6ed883ad7e6af674a21f8e162707159fc9dde614d5f80a390565b7f78a5d6e4000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b918047106128b757815f92916020849351920190855af180806128a4575b156128245750506121be613254565b1561286b5773ffffffffffffffffffffffffffffffffffffffff907f9996b315000000000000000000000000000000000000000000000000000000005f521660045260245ffd5b3d1561287c576040513d5f823e3d90fd5b7fd6bda275000000000000000000000000000000000000000000000000000000005f5260045ffd5b503d1515806128155750813b1515612815565b477fcf479181000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b6128ef42613305565b63ffffffff82169165ffffffffffff604082901c811692168211612917575090915f91508190565b60201c63ffffffff1692565b65ffffffffffff62093a8091160165ffffffffffff81116125225765ffffffffffff8061294f42613305565b169116111590565b905f8091602081519101845af480806128a457156128245750506121be613254565b67ffffffffffffffff169067ffffffffffffffff8214612a2e57815f52600160205260405f2073ffffffffffffffffffffffffffffffffffffffff82165f5260205265ffffffffffff60405f20541615612a285773ffffffffffffffffffffffffffffffffffffffff90825f52600160205260405f208282165f526020525f604081205516907ff229baa593af28c41b1d16b748cd7688f0c83aaf92d4be41c44005defe84c1665f80a3600190565b50505f90565b507f1871a90c000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b91929173ffffffffffffffffffffffffffffffffffffffff163314612b7257612a823361249b565b5073ffffffffffffffffffffffffffffffffffffffff612aa28486612698565b921691825f525f6020527fffffffff0000000000000000000000000000000000000000000000000000000060405f2091165f52602052612b1c33612b1767ffffffffffffffff60405f20541667ffffffffffffffff165f52600160205267ffffffffffffffff600160405f20015460401c1690565b6124d8565b508115612b7a575b50612b72573014612b355750505f90565b612b3e91612fb2565b509080612b5f575b612b505780612a28565b612b5b9033906124d8565b5090565b5067ffffffffffffffff81161515612b46565b505050600190565b90505f612b24565b9060048110612beb573073ffffffffffffffffffffffffffffffffffffffff831614612c3357612bb2905f612fb2565b9290911580612bfc575b612bf357612bc9916124d8565b9015612beb5763ffffffff808093169116908180821191180218169081159190565b50505f905f90565b5050505f905f90565b50612c2e3073ffffffffffffffffffffffffffffffffffffffff165f525f60205260ff600160405f20015460701c1690565b612bbc565b9050600411611b9457600354305f90815280357fffffffff0000000000000000000000000000000000000000000000000000000016602052604090206123b8565b919060048210612bf3573073ffffffffffffffffffffffffffffffffffffffff841614612ca55790612bb291612fb2565b612caf9250612698565b600354305f9081527fffffffff0000000000000000000000000000000000000000000000000000000090921660205260409091206123b8565b5f9060048110612fa85780600411611b94577fffffffff000000000000000000000000000000000000000000000000000000005f3516907f853551b80000000000000000000000000000000000000000000000000000000082148015612f7f575b8015612f56575b8015612f2d575b8015612f04575b612ef8577f18ff183c0000000000000000000000000000000000000000000000000000000082148015612ecf575b8015612ea6575b612e6a577f25c471a00000000000000000000000000000000000000000000000000000000082148015612e41575b612ded5750308252816020526040822090825260205267ffffffffffffffff6040822054169181929190565b905060241161020d578061020d575060043567ffffffffffffffff81168103611b9457612e3a9067ffffffffffffffff165f52600160205267ffffffffffffffff600160405f2001541690565b6001915f90565b507fb7d2b162000000000000000000000000000000000000000000000000000000008214612dc1565b915050602411611b945760043573ffffffffffffffffffffffffffffffffffffffff8116809103611b9457612e9e906121c1565b6001915f9190565b507f08d6122d000000000000000000000000000000000000000000000000000000008214612d93565b507f167bd395000000000000000000000000000000000000000000000000000000008214612d8c565b5050506001905f905f90565b507fd22b5989000000000000000000000000000000000000000000000000000000008214612d5e565b507fa64d95ce000000000000000000000000000000000000000000000000000000008214612d57565b507f52962952000000000000000000000000000000000000000000000000000000008214612d50565b507f30cae187000000000000000000000000000000000000000000000000000000008214612d49565b50505f905f905f90565b60048210612fa8577fffffffff00000000000000000000000000000000000000000000000000000000612fe58383612698565b16917f853551b8000000000000000000000000000000000000000000000000000000008314801561322b575b8015613202575b80156131d9575b80156131b0575b612ef8577f18ff183c0000000000000000000000000000000000000000000000000000000083148015613187575b801561315e575b613129577f25c471a00000000000000000000000000000000000000000000000000000000083148015613100575b6130b7575050305f525f60205260405f20905f5260205267ffffffffffffffff60405f205416905f91905f90565b909150602411611b94576004013567ffffffffffffffff81168103611b9457612e3a9067ffffffffffffffff165f52600160205267ffffffffffffffff600160405f2001541690565b507fb7d2b162000000000000000000000000000000000000000000000000000000008314613089565b909150602411611b94576004013573ffffffffffffffffffffffffffffffffffffffff8116809103611b9457612e9e906121c1565b507f08d6122d00000000000000000000000000000000000000000000000000000000831461305b565b507f167bd395000000000000000000000000000000000000000000000000000000008314613054565b507fd22b5989000000000000000000000000000000000000000000000000000000008314613026565b507fa64d95ce00000000000000000000000000000000000000000000000000000000831461301f565b507f52962952000000000000000000000000000000000000000000000000000000008314613018565b507f30cae187000000000000000000000000000000000000000000000000000000008314613011565b604051903d82523d5f602084013e60203d830101604052565b61327e63ffffffff919392936128e6565b505092168063ffffffff84168181115f146132eb570363ffffffff8111612522576132cc63ffffffff8067ffffffff00000000935b168062069780118162069780180218166117b042613305565b9360201b166dffffffffffff00000000000000008460401b1617179190565b505067ffffffff000000006132cc63ffffffff805f6132b3565b65ffffffffffff811161331d5765ffffffffffff1690565b7f6dfcc650000000000000000000000000000000000000000000000000000000005f52603060045260245260445ffda6eef7e35abe7026729641147f7915573c7e97b47efa546f5f6e3230263bcb49f98448b987f1428e0e230e1f3c6e2ce15b5693eaf31827fbd0b1ec4b424ae7cf' as const;
