import type { ActionType } from '../action-type.ts';
import { awsType, count, day, hour, optional, required, requiredWhen } from './parts.ts';

/** Invoke/AWS/Lambda/1: a function, which answers by PutJobSuccessResult. */
export const lambdaInvoke: ActionType = {
  id: awsType('Invoke', 'Lambda'),
  properties: [
    required('FunctionName', 'The name of the function.'),
    optional('UserParameters', 'A text that the function gets.'),
  ],
  inputArtifacts: count(0, 5),
  outputArtifacts: count(0, 5),
  timeoutInMinutes: day,
};

/** Invoke/AWS/StepFunctions/1: an execution of a state machine. */
export const stepFunctionsInvoke: ActionType = {
  id: awsType('Invoke', 'StepFunctions'),
  properties: [
    required('StateMachineArn', 'The state machine.'),
    optional('ExecutionNamePrefix', 'How the name of the execution begins.'),
    optional('InputType', 'Literal when it is not said.', { values: ['Literal', 'FilePath'] }),
    requiredWhen('InputType', ['FilePath'], 'Input', 'The input as JSON, or its file in the input artifact.'),
  ],
  inputArtifacts: count(0, 1),
  outputArtifacts: count(0, 1),
  timeoutInMinutes: 7 * day,
};

/** Invoke/AWS/CodePipeline/1: a run of another pipeline. */
export const pipelineInvoke: ActionType = {
  id: awsType('Invoke', 'CodePipeline'),
  properties: [
    required('PipelineName', 'The pipeline.'),
    optional('SourceRevisions', 'A JSON array of {actionName, revisionType, revisionValue}.'),
    optional('Variables', 'A JSON array of {name, value}.'),
  ],
  inputArtifacts: count(0),
  outputArtifacts: count(0),
  timeoutInMinutes: hour,
  pipelineType: 'V2',
};

const severities = ['Critical', 'High', 'Medium', 'Low'];

/** Invoke/AWS/InspectorScan/1: known holes in sources or in an image. */
export const inspectorScan: ActionType = {
  id: awsType('Invoke', 'InspectorScan'),
  properties: [
    required('InspectorRunMode', 'What is scanned.', { values: ['SourceCodeScan', 'ECRImageScan'] }),
    requiredWhen('InspectorRunMode', ['ECRImageScan'], 'ECRRepositoryName', 'The repository of the image.'),
    optional('ImageTag', 'The tag of the image; latest when none is said.'),
    ...severities.map((each) => optional(`${each}Threshold`, 'The action fails when there are more such findings.')),
  ],
  inputArtifacts: count(0, 1),
  outputArtifacts: count(1),
  timeoutInMinutes: hour,
  pipelineType: 'V2',
};
